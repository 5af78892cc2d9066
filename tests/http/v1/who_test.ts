/** The ids of those who ask at `/v1/`, and what these are worth. @module */

import { behindProxies } from "../../../chat/http/client_address.ts";
import { namedIn } from "../../../chat/http/proxy_identity.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { type Access, Admission } from "../../../chat/policy/admission.ts";
import { tokensBy } from "../../../chat/policy/tokens.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { ChatClient } from "../../lib/client.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { bySecret, makeToken } from "../../lib/jwt.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { provenOf } from "../../proof/client/ids.ts";
import { call, say } from "./api.ts";

const SECRET = "a secret of thirty-two bytes, at least";

/** Somebody with a key, and how it says who it is. */
function keyed(name: string): { id: string; key: string; query: string; headers: { authorization: string } } {
  const { id, key } = provenOf(name);
  return { id, key, query: `?id=${id}`, headers: { authorization: `Bearer ${key}` } };
}

function startFor(access: Access, clock = new FakeClock()): TestServer {
  return startServer({
    clock,
    log: openLog(new MemoryStore(), clock),
    admission: new Admission(access, tokensBy({ secret: SECRET }, clock)),
    proxies: behindProxies(["127.0.0.1"]),
    identify: namedIn("remote-user"),
  });
}

Deno.test("an id is proven by its key, a token, or the word of a proxy; and the server lets in what its access says", async () => {
  const clock = new FakeClock();
  const exp = Math.floor(clock.now() / 1000) + 600;
  const token = await makeToken({ sub: "gus", name: "Gus", exp }, bySecret(SECRET));
  const old = await makeToken({ sub: "gus", exp: exp - 1_200 }, bySecret(SECRET));
  const ada = keyed("ada");
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const cases: [what: string, query: string, headers: HeadersInit, author: string, answers: Record<Access, number>][] =
    [
      ["an id that anybody may use", "?id=7", {}, "7", { open: 201, known: 401, token: 401 }],
      ["a key", ada.query, ada.headers, ada.id, { open: 201, known: 201, token: 401 }],
      ["another's key", ada.query, keyed("bob").headers, "", { open: 401, known: 401, token: 401 }],
      ["a token", "", bearer(token), "t-gus", { open: 201, known: 201, token: 201 }],
      ["a token, and another id", "?id=7", bearer(token), "t-gus", { open: 201, known: 201, token: 201 }],
      ["a token that has expired", "", bearer(old), "", { open: 401, known: 401, token: 401 }],
      ["the word of a proxy", "", { "remote-user": "eve" }, "t-eve", { open: 201, known: 201, token: 201 }],
      ["nothing", "", {}, "", { open: 401, known: 401, token: 401 }],
    ];
  for (const access of ["open", "known", "token"] as const) {
    await using server = startFor(access, clock);
    for (const [what, query, headers, author, answers] of cases) {
      const { status, fields } = await say(server, `rooms/tea${query}`, "hello", headers);
      assertEquals([access, what, status], [access, what, answers[access]]);
      if (status !== 201) assert(["needs_proof", "bad_key", "bad_token", "expired"].includes(fields.code), fields.code);
      else {
        const page = await call(server, "GET", "rooms/tea?limit=1", { headers: bearer(token) });
        assertEquals([what, page.fields.messages[0].id], [what, author]);
      }
    }
  }
});

Deno.test("somebody who names no id is told of none", async () => {
  for (const access of ["open", "known", "token"] as const) {
    await using server = startFor(access);
    for (const path of ["rooms", "rooms?mine=true", "rooms/tea", "rooms/Tea!", "stream/rooms/tea", "rooms/tea/1"]) {
      for (const headers of [{}, { authorization: "Bearer of.a.token" }] as HeadersInit[]) {
        const { status, fields } = await call(server, "GET", path, { headers });
        const said = JSON.stringify(fields);
        assert(status === 200 || !/reader|whoever/.test(said), `${access} ${path}: ${said}`);
      }
    }
  }
});

Deno.test("a token is for its rooms, and for what it says there", async () => {
  const clock = new FakeClock();
  await using server = startFor("open", clock);
  const exp = Math.floor(clock.now() / 1000) + 600;
  const rooms = [{ room: "tea", may: "read" }, { room: "ops-*", may: "write" }];
  const headers = { authorization: `Bearer ${await makeToken({ sub: "gus", exp, rooms }, bySecret(SECRET))}` };
  const codes = [
    await say(server, "rooms/ops-eu", "hello", headers),
    await call(server, "GET", "rooms/tea", { headers }),
    await say(server, "rooms/tea", "hello", headers),
    await call(server, "GET", "rooms/wine", { headers }),
    await call(server, "GET", "rooms", { headers }),
  ].map(({ status, fields }) => [status, fields.code]);
  assertEquals(codes, [[201, undefined], [200, undefined], [403, "not_allowed"], [404, "no_access"], [
    403,
    "not_allowed",
  ]]);
});

Deno.test("an id that was called back is nobody's, and what it has under way is not stored", async () => {
  await using server = startServer();
  const ada = keyed("ada");
  await using client = await ChatClient.keyed(server, ada.key);
  await say(server, `rooms/tea${ada.query}`, "before", ada.headers);
  await client.ask({ type: "revoke" }, "ok");
  const { status, fields } = await say(server, `rooms/tea${ada.query}`, "after", ada.headers);
  assertEquals([status, fields.code], [401, "revoked"]);
  assertEquals((await call(server, "GET", "rooms/tea?id=7")).fields.to, 1);
});

Deno.test("a room does by HTTP what it does by a socket: it hides, refuses and lets in the same people", async () => {
  const clock = new FakeClock();
  await using server = startFor("open", clock);
  const [ada, bob] = [keyed("ada"), keyed("bob")];
  await using owner = await ChatClient.keyed(server, ada.key);
  const { room } = await owner.ask({ type: "create", nonce: "c", set: { visibility: "private" } }, "ok");
  await owner.join(room!);
  const as = async (who: typeof ada) => {
    const { status, fields } = await say(server, `rooms/${room}${who.query}`, "hello", who.headers);
    return fields.code ?? status;
  };
  const place = (fields: object) =>
    owner.ask({ type: "member", room: room!, nonce: crypto.randomUUID(), id: bob.id, ...fields }, "ok");
  assertEquals([await as(ada), await as(bob)], [201, "no_access"]);
  await place({ role: "member" });
  assertEquals(await as(bob), 201);
  const until = clock.now() + 60_000;
  await place({ mute: true, untilMs: until });
  const muted = await say(server, `rooms/${room}${bob.query}`, "hello", bob.headers);
  assertEquals([muted.status, muted.fields.code, muted.fields.until], [403, "muted", until]);
  await place({ role: "banned" });
  const read = await call(server, "GET", `rooms/${room}${bob.query}`, { headers: bob.headers });
  assertEquals([read.status, read.fields.code], [404, "no_access"]);
  const mine = await call(server, "GET", `rooms${ada.query}&mine=true`, { headers: ada.headers });
  assertEquals(mine.fields.rooms.map((one: { room: string }) => one.room), [room]);
});

Deno.test("a newcomer waits from its first request on", async () => {
  const clock = new FakeClock();
  await using server = startFor("open", clock);
  const [ada, bob] = [keyed("ada"), keyed("bob")];
  await using owner = await ChatClient.keyed(server, ada.key);
  await owner.ask({ type: "create", nonce: "c", room: "tea", set: { newcomerDelayMs: 60_000 } }, "ok");
  const as = () => say(server, `rooms/tea${bob.query}`, "hello", bob.headers);
  const first = await as();
  assertEquals([first.status, first.fields.code, first.fields.until], [403, "too_new", clock.now() + 60_000]);
  clock.advance(60_001);
  assertEquals((await as()).status, 201);
});

Deno.test("nobody takes the name of somebody who is there and proven, and a name that comes with a token stays", async () => {
  const clock = new FakeClock();
  await using server = startFor("open", clock);
  await using ada = await ChatClient.keyed(server, keyed("ada").key, "tea");
  await ada.ask({ type: "rename", name: "Ada" }, "ok");
  const { status, fields } = await call(server, "POST", "rooms/tea?id=7", { json: { text: "hi", name: "ada" } });
  assertEquals([status, fields.code], [409, "name_taken"]);
  const exp = Math.floor(clock.now() / 1000) + 600;
  const headers = { authorization: `Bearer ${await makeToken({ sub: "gus", name: "Gus", exp }, bySecret(SECRET))}` };
  await call(server, "POST", "rooms/tea", { headers, json: { text: "hi", name: "Ada" } });
  const [message] = await ada.untilSeq("tea", 1);
  assertEquals([message!.id, message!.name], ["t-gus", "Gus"]);
});

Deno.test("a header full of blanks holds nobody up", async () => {
  await using server = startFor("open");
  const began = performance.now();
  const { status } = await call(server, "GET", "rooms", {
    headers: { authorization: `Bearer a${" ".repeat(60_000)}x` },
  });
  assert([400, 401, 431].includes(status), `${status}`);
  // It took ten seconds of the whole server when the blanks at both ends were looked for by a regular expression.
  assert(performance.now() - began < 5_000, `${performance.now() - began} ms`);
});

Deno.test("whoever reads without an id is not shut out with somebody whom a moderator bans", async () => {
  await using server = startFor("open");
  await using ada = await ChatClient.keyed(server, provenOf("ada").key);
  await ada.ask({ type: "create", nonce: "1", room: "tea" }, "ok");
  await ada.join("tea");
  for (const id of ["reader", "whoever"]) {
    await say(server, `rooms/tea?id=${id}`, "spam");
    await ada.ask({ type: "member", room: "tea", nonce: id, id, role: "banned" }, "ok");
  }
  assertEquals((await call(server, "GET", "rooms/tea")).status, 200);
  assertEquals((await call(server, "GET", "rooms/tea?id=%20reader")).status, 400);
  const ban = { type: "member", room: "tea", nonce: "x", id: " reader", role: "banned" } as const;
  assertEquals((await ada.ask(ban, "error")).code, "bad_command");
});
