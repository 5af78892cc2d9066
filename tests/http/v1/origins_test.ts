/** Pages of other sites at `/v1/`: what they may send, and what they may read. @module */

import { assertEquals } from "../../lib/assert.ts";
import { startServer } from "../../lib/server.ts";
import { call, say } from "./api.ts";

const SITE = "https://site.example";
const EVIL = "https://evil.example";

Deno.test("a page that may not open sockets writes nothing, and reads no answer", async () => {
  await using server = startServer({ origins: [SITE] });
  const from = (origin: string) => ({ headers: { origin } });
  await say(server, "rooms/tea?id=7", "a message");
  const evil = [
    await call(server, "POST", "rooms/tea?id=7", { ...from(EVIL), body: "hello" }),
    await call(server, "POST", "rooms/tea?id=7", { ...from("null"), body: "hello" }),
    await call(server, "PUT", `rooms/tea/1/reactions/${encodeURIComponent("👍")}?id=7`, from(EVIL)),
    await call(server, "PATCH", "rooms/tea/1?id=7", { ...from(EVIL), json: { text: "x", version: 0 } }),
    await call(server, "DELETE", "rooms/tea/1?id=7", from(EVIL)),
    await call(server, "POST", "tickets?id=7", from(EVIL)),
    await call(server, "OPTIONS", "rooms/tea", from(EVIL)),
  ];
  for (const { status, headers, fields } of evil) {
    assertEquals([status, fields.code, headers.get("access-control-allow-origin")], [403, "bad_origin", null]);
  }
  const page = await call(server, "GET", "rooms/tea?id=7", from(EVIL));
  assertEquals([page.status, page.headers.get("access-control-allow-origin")], [200, null]);
  assertEquals(page.fields.to, 1, "nothing else was stored");
});

Deno.test("a page that may open sockets reads and writes, and may send what a browser asks about first", async () => {
  await using server = startServer({ origins: [SITE] });
  const headers = { origin: SITE };
  const asked = await call(server, "OPTIONS", "rooms/tea", { headers });
  const allowed = ["origin", "methods", "headers"].map((what) => asked.headers.get(`access-control-allow-${what}`));
  assertEquals([asked.status, ...allowed], [
    204,
    SITE,
    "GET, POST, HEAD, OPTIONS",
    "authorization, content-type, idempotency-key, last-event-id",
  ]);
  for (
    const { headers: are, status } of [
      await say(server, "rooms/tea?id=7", "hello", headers),
      await say(server, "rooms/tea", "hello", headers),
      await call(server, "GET", "rooms/tea?id=7", { headers }),
    ]
  ) {
    assertEquals([status, are.get("access-control-allow-origin"), are.get("vary")], [status, SITE, "origin"]);
    assertEquals(are.has("access-control-allow-credentials"), false);
  }
});
