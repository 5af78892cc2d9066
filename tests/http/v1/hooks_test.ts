/** Services post as a bot by an address that has its secret. @module */

import { HOOK_BYTES } from "../../../chat/limits.ts";
import { makeBot, type NewBot } from "../../../chat/policy/bots.ts";
import { assert, assertEquals, assertStringIncludes } from "../../lib/assert.ts";
import { ChatClient } from "../../lib/client.ts";
import { RawPeer, upgradeHead } from "../../lib/raw_peer.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { type Answer, call } from "./api.ts";

async function secretOf(server: TestServer, bot: NewBot): Promise<string> {
  return (await makeBot(server.log.bots!, bot, 1))!.secret;
}

function post(server: TestServer, path: string, json: unknown, headers: HeadersInit = {}): Promise<Answer> {
  return call(server, "POST", `hooks/${path}`, { json, headers });
}

Deno.test("a text that is posted to a hook is a message of its bot, in its room, once for each mark", async () => {
  await using server = startServer();
  await using bob = await ChatClient.open(server, "bob", "ops");
  const secret = await secretOf(server, { name: "ci", rooms: ["ops"] });
  const first = await post(server, secret, { text: "deployed 4f2a" }, { "idempotency-key": "build 7" });
  assertEquals([first.status, Object.keys(first.fields)], [201, ["epoch", "seq", "ts", "durability"]]);
  const again = await post(server, secret, { text: "deployed 4f2a" }, { "idempotency-key": "build 7" });
  assertEquals([again.status, again.fields], [200, first.fields]);
  const [message, ...others] = await bob.untilSeq("ops", 1);
  assertEquals([message!.id, message!.name, message!.text, others], ["b-ci", "ci", "deployed 4f2a", []]);
  // As `curl -d` says it.
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const typed = await call(server, "POST", `hooks/${secret}`, { body: '{"text":"by hand"}', headers: form });
  assertEquals(typed.status, 201);
  assertEquals((await bob.untilSeq("ops", 2)).at(-1)!.text, "by hand");
});

Deno.test("GitHub's deliveries are messages, one that is made again is stored once, and what nobody reads is none", async () => {
  await using server = startServer();
  await using bob = await ChatClient.open(server, "bob", "ops");
  const secret = await secretOf(server, { name: "github", rooms: ["ops"] });
  const release = {
    action: "published",
    sender: { login: "ada" },
    repository: { full_name: "octo/site" },
    release: { tag_name: "v1", html_url: `https://github.com/octo/site?hook=${secret}` },
  };
  const headers = { "x-github-event": "release", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
  assertEquals((await post(server, secret, release, headers)).status, 201);
  const form = new URLSearchParams({ payload: JSON.stringify(release) });
  assertEquals((await call(server, "POST", `hooks/${secret}`, { body: form, headers })).status, 200);
  const star = { ...headers, "x-github-event": "star", "x-github-delivery": "2" };
  assertEquals((await post(server, secret, { action: "created" }, star)).status, 204);
  const [message] = await bob.untilSeq("ops", 1);
  assertEquals(message!.text, "ada published v1 of octo/site\nhttps://github.com/octo/site?hook=sbk_…");
  assertEquals((await server.log.read("ops", { limit: 9 })).head, 1);
});

Deno.test("a hook is for the rooms of its bot, and of several its address says which", async () => {
  await using server = startServer();
  const many = await secretOf(server, { name: "many", rooms: ["ops-*"] });
  const reader = await secretOf(server, { name: "reader", rooms: ["ops-1"], may: "read" });
  const codes: [path: string, status: number, code: string | undefined][] = [
    [many, 400, "bad_command"],
    [`${many}?room=ops-1`, 201, undefined],
    [`${many}?room=tea`, 404, "no_access"],
    [reader, 403, "not_allowed"],
    [`${reader}?room=tea`, 404, "no_access"],
    [`sbk_${"0".repeat(64)}`, 401, "bad_token"],
    [`sbk_${"0".repeat(64)}?room=ops-1`, 401, "bad_token"],
    ["sbk_", 401, "bad_token"],
    ["eyJhbGciOiJIUzI1NiJ9.e30.x", 404, "no_such_path"],
  ];
  for (const [path, status, code] of codes) {
    const { status: answered, fields } = await post(server, path, { text: "hi" });
    assertEquals([path, answered, fields.code], [path, status, code]);
    assert(!JSON.stringify(fields).includes(path.slice(0, 20)), "no answer has a secret");
  }
  const missing = await post(server, `sbk_${"0".repeat(64)}`, {}, { "x-github-event": "star" });
  assertEquals(missing.status, 401, "also for what is no message");
  const long = await call(server, "POST", `hooks/sbk_${"0".repeat(64)}`, { body: "x".repeat(HOOK_BYTES + 1) });
  assertEquals(long.status, 401, "without a look at the body");
});

Deno.test("only the secret itself opens a hook, with nothing around it", async () => {
  await using server = startServer();
  const secret = await secretOf(server, { name: "ci", rooms: ["ops"] });
  const others = ["%0A", "%20", "%09", "%0D%0A", "%C2%A0", "%E2%82%AC", "%FF", "0", "/%20"].map((more) =>
    secret + more
  );
  for (const other of [...others, `%20${secret}`, `%0A${secret}`, secret.toUpperCase(), secret.slice(0, -1)]) {
    const { status } = await post(server, other, { text: "hi" });
    assert([400, 401, 404].includes(status), `${other.replace(secret, "SECRET")}: ${status}`);
  }
  assertEquals((await post(server, secret, { text: "hi" })).status, 201);
});

Deno.test("a hook refuses what it does not understand, and a body that is too long", async () => {
  await using server = startServer();
  const secret = await secretOf(server, { name: "ci", rooms: ["ops"] });
  const wrong: [body: string, status: number][] = [
    ["{}", 400],
    ["[]", 400],
    ["hello", 400],
    ['{"text":" "}', 400],
    [`{"text":"${"x".repeat(HOOK_BYTES)}"}`, 413],
    // Cut to what a message may have.
    [`{"text":"${"x".repeat(HOOK_BYTES - 20)}"}`, 201],
  ];
  for (const [body, status] of wrong) {
    const answer = await call(server, "POST", `hooks/${secret}`, { body });
    assertEquals([body.slice(0, 20), answer.status], [body.slice(0, 20), status]);
  }
  const said = async (body: string) => (await call(server, "POST", `hooks/${secret}`, { body })).fields.message;
  assertStringIncludes(await said("hello"), "The body must be one JSON object");
  assertStringIncludes(await said("{}"), "GitHub (with its header X-GitHub-Event), Grafana and Alertmanager");
  assertEquals((await call(server, "GET", `hooks/${secret}`)).status, 405);
});

Deno.test("twenty long deliveries at once are taken, since services do not send again what is refused", async () => {
  await using server = startServer();
  const secret = await secretOf(server, { name: "ci", rooms: ["ops"] });
  const sent = Array.from({ length: 20 }, (_, n) => post(server, secret, { text: `${n}`, more: "x".repeat(60_000) }));
  assertEquals((await Promise.all(sent)).map(({ status }) => status), Array(20).fill(201));
});

Deno.test("a bot that was taken back posts nothing any more, by no door", async () => {
  await using server = startServer();
  const secret = await secretOf(server, { name: "ci", rooms: ["ops"] });
  await server.log.bots!.remove("ci");
  assertEquals((await post(server, secret, { text: "hi" })).status, 401);
  const as = { headers: { authorization: `Bearer ${secret}` } };
  assertEquals((await call(server, "POST", "rooms/ops", { ...as, json: { text: "hi" } })).status, 401);
  assertEquals((await server.log.read("ops", { limit: 1 })).head, 0);
});

Deno.test("a bot speaks by HTTP as it does by a socket, in its rooms", async () => {
  await using server = startServer();
  const secret = await secretOf(server, { name: "ci", rooms: ["ops"] });
  const as = { headers: { authorization: `Bearer ${secret}` } };
  assertEquals((await call(server, "POST", "rooms/ops", { ...as, json: { text: "hi" } })).status, 201);
  assertEquals((await call(server, "POST", "rooms/tea", { ...as, json: { text: "hi" } })).status, 404);
  const { fields } = await call(server, "GET", "rooms/ops", as);
  assertEquals(fields.messages.map(({ id, name }: { id: string; name: string }) => [id, name]), [["b-ci", "ci"]]);
});

Deno.test("no line for the operator has the secret of a hook, however it is called", async () => {
  const told: unknown[] = [];
  await using server = startServer({
    onRefused: (refused) => told.push(refused),
    logger: (...line) => told.push(line),
  });
  const secret = await secretOf(server, { name: "ci", rooms: ["ops"] });
  await post(server, secret, { text: "hi" });
  await post(server, secret, {});
  const statuses = [];
  // A proxy may leave on what is before its path.
  for (const before of ["", "/", "/chat"]) {
    statuses.push((await RawPeer.request(server.port, upgradeHead(`${before}/v1/hooks/${secret}`))).status);
  }
  assertEquals(statuses, [404, 404, 404]);
  assert(told.length > 0);
  assert(!JSON.stringify(told).includes(secret.slice(4)), JSON.stringify(told));
});
