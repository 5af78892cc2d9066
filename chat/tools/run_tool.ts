/** Runs a command-line tool: its arguments checked, its errors as a sentence. @module */

import { StoreUnavailableError } from "../log/message_log.ts";
import { StoreOpenError } from "../log/store.ts";
import { ToolError } from "./snapshot.ts";

/** The status of a program whose reader has gone: as if by SIGPIPE, which shells know. */
const READER_GONE = 128 + 13;

/**
 * Runs a tool. Ends the process with status 2 if it was called wrongly, and with 1 if it failed.
 *
 * @param usage how it is called, for `--help` and for a wrong call
 * @param takes how many arguments it takes, or whether it takes these
 */
export async function runTool(
  usage: string,
  takes: number | ((args: string[]) => boolean),
  work: (args: string[]) => Promise<void>,
): Promise<void> {
  if (Deno.args.some((arg) => arg === "--help" || arg === "-h")) {
    print(`Usage: ${usage}`);
    return;
  }
  const isTaken = typeof takes === "number" ? Deno.args.length === takes : takes(Deno.args);
  if (!isTaken) {
    say(`Usage: ${usage}: received ${Deno.args.length} argument${Deno.args.length === 1 ? "" : "s"}`);
    Deno.exit(2);
  }
  try {
    await work(Deno.args);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(READER_GONE);
    const isTold = [ToolError, StoreOpenError, StoreUnavailableError].some((kind) => error instanceof kind);
    if (!isTold) throw error;
    say((error as Error).message);
    Deno.exit(1);
  }
}

/** Writes a line of the tool's output: what was asked for. */
export function print(line: string): void {
  // deno-lint-ignore no-console -- it is a command-line tool
  console.log(line);
}

/** Writes to the person who runs the tool, apart from its output. */
export function say(message: string): void {
  // deno-lint-ignore no-console -- it is a command-line tool
  console.error(message);
}
