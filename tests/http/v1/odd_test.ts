/** Odd requests at `/v1/`: each has an answer in JSON, with a code, and none holds anybody up. @module */

import { FRAME_IN_BYTES, HTTP_BODY_MS, TEXT_CHARACTERS } from "../../../chat/limits.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { eventually } from "../../lib/patience.ts";
import { RawPeer } from "../../lib/raw_peer.ts";
import { startServer } from "../../lib/server.ts";
import { call } from "./api.ts";

/** A request as it is written. */
function raw(method: string, path: string, headers: string[] = [], body = ""): string {
  return [`${method} /v1/${path} HTTP/1.1`, "Host: localhost", ...headers, "", body].join("\r\n");
}

const post = (body: string, ...headers: string[]) =>
  raw("POST", "rooms/tea?id=7", [`Content-Length: ${new TextEncoder().encode(body).length}`, ...headers], body);
const JSON_TYPE = "Content-Type: application/json";

const ODD: [what: string, request: string, status: number, code: string | undefined][] = [
  ["a slash at the end", raw("GET", "rooms/tea/?id=7"), 200, undefined],
  ["a room that is escaped", raw("GET", "rooms/%74ea?id=7"), 200, undefined],
  ["two slashes", raw("GET", "rooms//tea?id=7"), 404, "no_such_path"],
  ["no route", raw("GET", "nothing"), 404, "no_such_path"],
  ["a step up", raw("GET", "rooms/../rooms/tea?id=7"), 404, "no_such_path"],
  ["an escaped slash", raw("GET", "rooms/a%2fb?id=7"), 404, "no_such_path"],
  ["an escape that is none", raw("GET", "rooms/%ff?id=7"), 400, "bad_command"],
  ["a room that there cannot be", raw("GET", "rooms/Tea?id=7"), 400, "bad_command"],
  ["a method that the path does not have", raw("PUT", "rooms/tea?id=7"), 405, "bad_method"],
  ["a method that no path has", raw("TRACE", "rooms/tea?id=7"), 405, "bad_method"],
  ["a text of nobody", raw("POST", "rooms/tea", ["Content-Length: 2"], "hi"), 401, "needs_proof"],
  ["nobody who reads", raw("GET", "rooms/tea"), 200, undefined],
  ["an empty id", raw("GET", "rooms/tea?id="), 400, "bad_command"],
  ["an id that is half a character", raw("GET", "rooms/tea?id=%F0%9F"), 400, "bad_command"],
  ["a query with an escape that is none", raw("GET", "rooms?id=7&query=100%"), 400, "bad_command"],
  ["an id that there cannot be", raw("GET", "rooms/tea?id=a%20%20b"), 400, "bad_command"],
  ["an id that is reserved", raw("GET", "rooms/tea?id=b-ci"), 400, "bad_command"],
  ["an id of a key without the key", raw("GET", `rooms/tea?id=k-${"0".repeat(32)}`), 401, "bad_key"],
  ["a token where none is taken", raw("GET", "rooms/tea?id=7", ["Authorization: Bearer x"]), 401, "bad_token"],
  ["a proof for a proxy before us", raw("GET", "rooms/tea?id=7", ["Authorization: Basic eDp5"]), 200, undefined],
  ["a number that is none", raw("GET", "rooms/tea?id=7&before=-1"), 400, "bad_command"],
  ["a number that is too large", raw("GET", "rooms/tea?id=7&limit=101"), 400, "bad_command"],
  ["two ways to read", raw("GET", "rooms/tea?id=7&before=5&after=1"), 400, "bad_command"],
  ["rooms behind nothing", raw("GET", "rooms?id=7&after=tea"), 400, "bad_command"],
  ["nothing", post(""), 400, "bad_command"],
  ["blanks", post(" \n"), 400, "bad_command"],
  ["a text that is too long", post("x".repeat(TEXT_CHARACTERS + 1)), 400, "bad_command"],
  ["JSON that does not parse", post("{", JSON_TYPE), 400, "bad_json"],
  ["JSON that is no object", post("[]", JSON_TYPE), 400, "bad_json"],
  ["JSON without a text", post("{}", JSON_TYPE), 400, "bad_command"],
  [
    "JSON with a room, a type and an id of its own",
    post('{"text":"x","room":"wine","id":"1","type":"delete","target":1}', JSON_TYPE),
    201,
    undefined,
  ],
  ["JSON that is too deep", post('{"text":"x","a":[[[[[]]]]]}', JSON_TYPE), 201, undefined],
  ["a name that there cannot be", post('{"text":"x","name":"\u202E"}', JSON_TYPE), 400, "bad_command"],
  ["an idempotency key that is too long", post("x", `Idempotency-Key: ${"k".repeat(65)}`), 400, "bad_command"],
  ["an empty idempotency key", post("x", "Idempotency-Key:"), 400, "bad_command"],
  ["a form with parts", post("x", "Content-Type: multipart/form-data; boundary=x"), 415, "bad_type"],
  ["a body that is compressed", post("x", "Content-Encoding: gzip"), 415, "bad_type"],
  ["an edit that is no JSON", raw("PATCH", "rooms/tea/1?id=7", ["Content-Length: 1"], "x"), 415, "bad_type"],
  ["an emoji that is none", raw("PUT", "rooms/tea/1/reactions/x?id=7", ["Content-Length: 0"]), 400, "bad_command"],
  ["a seq that is none", raw("DELETE", "rooms/tea/one?id=7"), 400, "bad_command"],
  [
    "a message that there is not",
    raw("PUT", "rooms/tea/99/reactions/%F0%9F%91%8D?id=7", ["Content-Length: 0"]),
    404,
    "no_such_message",
  ],
  ["a room that is hidden, or there is not", raw("GET", `rooms/p-${"a".repeat(26)}?id=7`), 404, "no_access"],
  ["a change of what anybody may be", raw("DELETE", "rooms/tea/1?id=7"), 401, "needs_proof"],
];

Deno.test("each odd request has its status and its code", async () => {
  await using server = startServer();
  for (const [what, request, status, code] of ODD) {
    const { status: is, headers, body } = await RawPeer.request(server.port, request);
    assertEquals([what, is, JSON.parse(body).code], [what, status, code]);
    const names = ["content-type", "cache-control", "vary", "x-content-type-options"];
    const expected = ["application/json", "no-store", "origin", "nosniff"];
    // What is refused before it is known to be of the table has no more than the first.
    const are = names.map((name) => headers.get(name)?.toLowerCase());
    assertEquals([what, ...are.slice(0, 2), are[3]], [what, ...expected.slice(0, 2), expected[3]]);
    assertEquals([what, headers.has("www-authenticate")], [what, status === 401]);
  }
  const { fields } = await call(server, "GET", "rooms/wine?id=7");
  assertEquals(fields.messages, [], "a body names neither its room nor its author");
});

Deno.test("a body that is no UTF-8 is refused, and a mark at its beginning is no part of it", async () => {
  await using server = startServer();
  const send = (bytes: number[]) => call(server, "POST", "rooms/tea?id=7", { body: new Uint8Array(bytes) });
  assertEquals((await send([0x68, 0xff])).fields.code, "bad_command");
  assertEquals((await send([0xef, 0xbb, 0xbf, 0x68, 0x69])).status, 201);
  const { fields } = await call(server, "GET", "rooms/tea?id=7");
  assertEquals(fields.messages[0].text, "hi");
});

Deno.test("HEAD has the answer of GET without its body, and OPTIONS says which methods there are", async () => {
  await using server = startServer();
  const head = await RawPeer.request(server.port, raw("HEAD", "rooms/tea?id=7"));
  const length = String((await RawPeer.request(server.port, raw("GET", "rooms/tea?id=7"))).body.length);
  const { status, headers, body } = head;
  assertEquals([status, headers.get("content-type"), headers.get("content-length"), body], [
    200,
    "application/json",
    length,
    "",
  ]);
  const options = await call(server, "OPTIONS", "rooms/tea");
  assertEquals([options.status, options.headers.get("allow")], [204, "GET, POST, HEAD, OPTIONS"]);
});

Deno.test("a body may come in pieces, and several requests by one connection, also before their answers", async () => {
  await using server = startServer();
  using peer = await RawPeer.connect(server.port);
  await peer.write(raw("POST", "rooms/tea?id=7", ["Transfer-Encoding: chunked"], "2\r\non\r\n"));
  await peer.write("3\r\ne\r\n\r\n");
  await peer.write("0\r\n\r\n");
  const { status, body } = await peer.readResponse();
  assertEquals([status, JSON.parse(body).seq], [201, 1]);
  // One of them has in it what ends the head of a request.
  const texts = ["two\r\n\r\nGET / HTTP/1.1\r\n\r\n", "three", "four"];
  await peer.write(texts.map((text) => post(text)).join("") + raw("GET", "rooms/tea?id=7"));
  for (const _ of texts) assertEquals((await peer.readResponse()).status, 201);
  const page = JSON.parse((await peer.readResponse()).body);
  assertEquals(page.messages.map(({ text }: { text: string }) => text), ["one\r\n", ...texts]);
});

Deno.test("a body that breaks off is no bug, and harms nobody", async () => {
  const bugs: unknown[] = [];
  await using server = startServer({ onTrouble: (error) => bugs.push(error) });
  const bodies = [["Content-Length: 20", "o"], ["Transfer-Encoding: chunked", "5\r\non"]] as const;
  for (const [length, body] of bodies) {
    using peer = await RawPeer.connect(server.port);
    await peer.write(raw("POST", "rooms/tea?id=7", [length], body));
    await eventually(() => server.manager.stats.visitors === 1, "the request");
    peer[Symbol.dispose]();
    await eventually(() => server.manager.stats.visitors === 0, "its end");
  }
  assertEquals((await call(server, "GET", "rooms/tea?id=7")).fields.messages, []);
  assertEquals(bugs, []);
});

Deno.test("a body that is too long is not read to its end", async () => {
  await using server = startServer();
  for (const size of [`Content-Length: ${FRAME_IN_BYTES + 1}`, "Transfer-Encoding: chunked"]) {
    using peer = await RawPeer.connect(server.port);
    await peer.write(raw("POST", "rooms/tea?id=7", [size]));
    const piece = "x".repeat(FRAME_IN_BYTES + 1);
    if (size.startsWith("T")) await peer.write(`${piece.length.toString(16)}\r\n${piece}`);
    const { status, body } = await peer.readResponse();
    assertEquals([status, JSON.parse(body).code], [413, "too_big"]);
  }
  const { fields } = await call(server, "GET", "rooms/tea?id=7");
  assertEquals(fields.messages, []);
});

Deno.test("a body that never ends is given up, and one that its sender takes back is nothing", async () => {
  const clock = new FakeClock();
  await using server = startServer({ guardClock: clock });
  using peer = await RawPeer.connect(server.port);
  await peer.write(raw("POST", "rooms/tea?id=7", ["Content-Length: 5"], "he"));
  {
    using other = await RawPeer.connect(server.port);
    await other.write(raw("POST", "rooms/tea?id=7", ["Content-Length: 5"], "ll"));
    await eventually(() => server.manager.stats.visitors === 2, "both are there");
  }
  await eventually(() => server.manager.stats.visitors === 1, "one has gone");
  clock.advance(HTTP_BODY_MS);
  const { status, body } = await peer.readResponse();
  assertEquals([status, JSON.parse(body).code], [408, "too_slow"]);
  assertEquals(server.manager.stats.visitors, 0);
  const { fields } = await call(server, "GET", "rooms/tea?id=7");
  assert(fields.messages.length === 0);
});
