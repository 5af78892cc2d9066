/**
 * The real program, with fail points that can be armed from outside: one JSON value a line on standard input, an
 * {@linkcode Order} or `null`, which forgets the orders before it. What a fail point does, and that orders were forgotten, is
 * said on standard error: standard output is the log's, which may be writing to it at that moment.
 *
 * @module
 */

import { armFailPoints, type FailPoint } from "../../../chat/base/fail_points.ts";

/** What is to happen at a step. */
export interface Order {
  point: FailPoint;
  /** `kill`: as `kill -9`. `stall`: stops the process until somebody continues it. `throw`: throws an error. */
  action: "kill" | "stall" | "throw";
  /** How often the step is passed before. */
  after: number;
}

const orders: Order[] = [];

function pass(point: FailPoint): void {
  const index = orders.findIndex((order) => order.point === point && order.after-- <= 0);
  if (index === -1) return;
  const [{ action }] = orders.splice(index, 1) as [Order];
  say({ event: "fail point", point, action });
  if (action === "throw") throw new Error(`The fail point “${point}” throws`);
  Deno.kill(Deno.pid, action === "kill" ? "SIGKILL" : "SIGSTOP");
}

async function readOrders(): Promise<void> {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(JSON.parse(line));
  }
}

function take(order: Order | null): void {
  if (order !== null) return void orders.push(order);
  orders.length = 0;
  say({ event: "disarmed" });
}

/** At once: the process may not live to say it later. */
function say(line: unknown): void {
  Deno.stderr.writeSync(new TextEncoder().encode(JSON.stringify(line) + "\n"));
}

armFailPoints(pass);
readOrders();
await import("../../../main.ts");
