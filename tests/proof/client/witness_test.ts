/** What is wrong with one line by itself is noted by the witness on the client's wire. @module */

import { assertEquals } from "../../lib/assert.ts";
import type { ClientLog } from "../judge/evidence.ts";
import { witnessed } from "./witness.ts";
import type { Listener } from "./world.ts";

/** What a witness notes of a connection on which this goes up and that comes down, as the last word of each event. */
function noted(up: object[], down: object[]): string[] {
  const log: ClientLog = { name: "ann", id: "ann", dialect: "chat.v1", events: [] };
  const wire: Listener[] = [];
  const silent = { opened() {}, frame() {}, closed() {} };
  const dial = (listener: Listener) => {
    wire.push(listener);
    return { send() {}, close() {} };
  };
  const connection = witnessed(dial, log, () => 0)(silent);
  wire[0]!.opened();
  connection.send(up.map((command) => JSON.stringify(command)).join("\n"));
  if (down.length > 0) wire[0]!.frame(down.map((line) => JSON.stringify(line)).join("\n"));
  connection.close("it is over");
  return log.events.map((event) =>
    event.type === "wrong" ? event.what : event.type === "refused" ? `refused ${event.code}` : event.type
  );
}

const publish = (ref: string) => ({ type: "publish", ref, room: "lobby", nonce: `n${ref}`, text: "hi" });
const ok = (ref: string) => ({ type: "ok", ref, epoch: "e1", seq: Number(ref), ts: 1, durability: "os" });

Deno.test("witness: an answer in its turn is noted, and nothing is wrong with it", () => {
  const seen = noted([publish("1"), publish("2")], [ok("1"), ok("2")]);
  assertEquals(seen, ["opened", "sent", "sent", "acked", "acked", "closed"]);
});

Deno.test("witness: a second reply, and one to nothing, are wrong", () => {
  const seen = noted([{ type: "ping", ref: "1" }], [{ type: "pong", ref: "1", heads: {} }, {
    type: "pong",
    ref: "1",
    heads: {},
  }]);
  assertEquals(seen[2], "a second reply, or to nothing: pong");
  assertEquals(noted([{ type: "ping", ref: "1" }], [ok("9")])[1], "a second reply, or to nothing: ok");
});

Deno.test("witness: an acknowledgement that is overtaken by a later one's is wrong", () => {
  const seen = noted([publish("1"), publish("2")], [ok("2"), ok("1")]);
  assertEquals(seen.slice(3), ["acked", "acked", "n1 was acknowledged after n2, which was sent later", "closed"]);
});

Deno.test("witness: a final refusal of a proper command is wrong, one for a time is not", () => {
  const refused = (code: string) => noted([publish("1")], [{ type: "error", ref: "1", code }]).slice(2);
  assertEquals(refused("not_joined"), [
    "a proper command was refused: publish not_joined",
    "refused not_joined",
    "closed",
  ]);
  assertEquals(refused("unavailable"), ["refused unavailable", "closed"]);
});

Deno.test("witness: what is sent along with a hello is refused as well if that is, for a time", () => {
  const refused = (code: string) => {
    const error = { type: "error", ref: "0", code } as const;
    const lines = [error, { type: "error", ref: "1", code: "hello_first" } as const];
    return noted([{ type: "hello", ref: "0", name: "Ada" }, publish("1")], lines);
  };
  assertEquals(refused("unavailable"), ["opened", "sent", "refused hello_first", "closed"]);
  assertEquals(refused("bad_proof").filter((what) => what.startsWith("a proper")).length, 2);
});

Deno.test("witness: a command unanswered as the connection ends may have been refused", () => {
  assertEquals(noted([publish("1")], []), ["opened", "sent", "closed", "refused lost"]);
});
