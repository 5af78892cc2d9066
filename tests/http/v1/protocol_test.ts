/** The part of `chat/protocol.md` about HTTP, against the code. @module */

import { CODES, STATUSES } from "../../../chat/http/v1/errors.ts";
import { ROUTES } from "../../../chat/http/v1/routes.ts";
import { FRAME_IN_BYTES, HTTP_BODY_MS } from "../../../chat/limits.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { startServer } from "../../lib/server.ts";
import { RawPeer } from "../../lib/raw_peer.ts";

const page = await Deno.readTextFile(new URL("../../../chat/protocol.md", import.meta.url));
const section = /^## HTTP\n([^]*?)^## /m.exec(page)![1]!;

Deno.test("the section about HTTP has every route, and no other", () => {
  const named = Array.from(section.matchAll(/^\| `([A-Z]+ \/v1\/\S+)`/gm), ([, route]) => route!);
  const routes = ROUTES.map(({ method, path }) =>
    `${method} ${path.replace(/\{(\w+)\}/g, (_, name) => name.toUpperCase())}`
  );
  assertEquals(named.sort(), routes.sort());
});

Deno.test("the section about HTTP has every code at its status", () => {
  const rows = Array.from(section.matchAll(/^\| (\d{3}) \| (.*) \|$/gm), ([, status, codes]) =>
    [
      Number(status),
      Array.from(codes!.matchAll(/`([a-z_]+)`/g), ([, code]) => code!),
    ] as const);
  const told = new Map(rows.flatMap(([status, codes]) => codes.map((code) => [code, status])));
  for (const [code, status] of Object.entries(STATUSES)) assertEquals([code, told.get(code)], [code, status]);
  for (const [status, code] of Object.entries(CODES)) assertEquals([code, told.get(code)], [code, Number(status)]);
  const known = new Set([...Object.keys(STATUSES), ...Object.values(CODES), "gone"]);
  assertEquals([...told.keys()].filter((code) => !known.has(code)), []);
});

Deno.test("the section about HTTP has the bounds of a body, and its example is answered as it says", async () => {
  assert(section.includes(`at most ${FRAME_IN_BYTES.toLocaleString("en")} bytes`));
  assert(section.includes(`after ${HTTP_BODY_MS / 1000} seconds`));
  const [request = "", response = ""] = Array.from(section.matchAll(/^```text\n([^]*?)\n```$/gm), ([, text]) => text!);
  await using server = startServer();
  const { status, body } = await RawPeer.request(server.port, request.replaceAll("\n", "\r\n"));
  assertEquals(Object.keys(JSON.parse(body)), Object.keys(JSON.parse(response.split("\n").at(-1)!)));
  assert(response.startsWith(`HTTP/1.1 ${status} `));
});
