/** Messages that are written, changed and read by HTTP. @module */

import { ChatClient } from "../../lib/client.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { RawPeer } from "../../lib/raw_peer.ts";
import { startServer } from "../../lib/server.ts";
import { provenOf } from "../../proof/client/ids.ts";
import { call, say } from "./api.ts";

Deno.test("a text that is posted is a message for everybody in the room, and its author is seen by nobody", async () => {
  await using server = startServer();
  await using bob = await ChatClient.open(server, "bob", "ops");
  const { status, fields } = await say(server, "rooms/ops?id=ci", "deployed 4f2a & more=1");
  assertEquals(status, 201);
  assertEquals(Object.keys(fields), ["epoch", "seq", "ts", "durability"]);
  const [message] = await bob.untilSeq("ops", 1);
  const { id, name, text, seq, ts } = message!;
  assertEquals([id, name, text, seq, ts], ["ci", "Client #ci", "deployed 4f2a & more=1", fields.seq, fields.ts]);
  await bob.settled();
  assertEquals(bob.all("presence").flatMap(({ joins }) => joins).filter(({ id }) => id !== "bob"), []);
});

Deno.test("what is sent again with the same idempotency key is stored once", async () => {
  await using server = startServer();
  const headers = { "idempotency-key": '"build 7"' };
  const first = await say(server, "rooms/ops?id=ci", "done", headers);
  const again = await say(server, "rooms/ops?id=ci", "done", { "idempotency-key": "build 7" });
  const other = await say(server, "rooms/ops?id=ci", "failed", headers);
  assertEquals([first.status, again.status], [201, 200]);
  assertEquals(again.fields, first.fields);
  assertEquals([other.status, other.fields.code], [409, "nonce_used"]);
  const { fields } = await call(server, "GET", "rooms/ops?id=7");
  assertEquals(fields.messages.map(({ text }: { text: string }) => text), ["done"]);
});

Deno.test("a message by JSON has a name, an answer and mentions; its author changes it by its key", async () => {
  await using server = startServer();
  const { id, key } = provenOf("ada");
  const as = { headers: { authorization: `Bearer ${key}` } };
  await say(server, "rooms/ops?id=ci", "first");
  const said = await call(server, "POST", `rooms/ops?id=${id}`, {
    ...as,
    json: { text: "hi", name: "Ada", reply: 1, mentions: ["ci"] },
  });
  assertEquals(said.status, 201);
  const change = async (method: string, path: string, json?: unknown) => {
    const { status, fields } = await call(server, method, `rooms/ops/2${path}id=${id}`, { ...as, json });
    assertEquals(status, 200, JSON.stringify(fields));
    return fields.seq;
  };
  assertEquals(await change("PATCH", "?", { text: "hello", version: 0, mentions: ["ci"] }), 3);
  assertEquals(await change("PUT", `/reactions/${encodeURIComponent("👍")}?`), 4);
  const { fields } = await call(server, "GET", `rooms/ops?id=${id}&after=1&limit=1`, as);
  const [{ text, name, reply, mentions, reactions }] = fields.messages;
  assertEquals([text, name, reply, mentions, reactions[0].emoji], ["hello", "Ada", 1, ["ci"], "👍"]);
  assertEquals(await change("DELETE", `/reactions/${encodeURIComponent("👍")}?`), 5);
  for (const [method, path] of [["DELETE", "?"], ["PUT", "/reactions/%F0%9F%91%8D?"]]) {
    const other = await call(server, method!, `rooms/ops/2${path}epoch=another&id=${id}`, as);
    assertEquals([other.status, other.fields.code], [404, "no_such_message"]);
  }
  assertEquals(await change("DELETE", `?reason=wrong&epoch=${said.fields.epoch}&`), 6);
  const { messages: [deleted] } = (await call(server, "GET", `rooms/ops?id=${id}&after=1`, as)).fields;
  assert(deleted.deleted && deleted.text === "");
});

Deno.test("what was stored is answered as stored, although what was sent along with it cannot be read", async () => {
  await using server = startServer();
  using peer = await RawPeer.connect(server.port);
  const head =
    "POST /v1/rooms/ops?id=ci HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n";
  await peer.write(`${head}hino request\r\n\r\n`);
  assertEquals((await peer.readResponse()).status, 201);
  assertEquals((await peer.readResponse()).status, 400);
});
