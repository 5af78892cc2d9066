/** `openapi.json` says what there is: every route, and every status that some test has seen. @module */

import { behindProxies } from "../../../chat/http/client_address.ts";
import { ROUTES } from "../../../chat/http/v1/routes.ts";
import { FRAME_IN_BYTES, HOOK_BYTES } from "../../../chat/limits.ts";
import { type MessageLog, StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { makeBot } from "../../../chat/policy/bots.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
import { ChatClient } from "../../lib/client.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { provenOf } from "../../proof/client/ids.ts";
import { type Answer, call } from "./api.ts";

interface Described {
  operationId: string;
  parameters: { name: string; in: string }[];
  responses: Record<string, { content?: Record<string, { schema: Record<string, unknown> }> }>;
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, { required?: string[]; properties?: Record<string, unknown> }> };
}

async function fetchDocument(): Promise<Document> {
  await using server = startServer();
  return (await call(server, "GET", "openapi.json")).fields;
}

const document = await fetchDocument();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ path, method: method.toUpperCase(), described }))
);

Deno.test("the document has the routes that there are, with the parts of their paths, each under a name of its own", () => {
  const routes = ROUTES.map(({ method, path }) => `${method} ${path}`);
  assertEquals(operations.map(({ method, path }) => `${method} ${path}`).sort(), routes.sort());
  assertEquals(new Set(operations.map(({ described }) => described.operationId)).size, routes.length);
  for (const { path, described } of operations) {
    const named = described.parameters.filter((one) => one.in === "path").map(({ name }) => `{${name}}`);
    assertEquals(named, path.match(/\{\w+\}/g) ?? []);
  }
});

Deno.test("whatever the document refers to is there", () => {
  const names = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  const used = Array.from(JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g), ([, name]) => name!);
  assertEquals([...new Set(used)].filter((name) => !names.includes(name)), []);
  assertEquals(names.filter((name) => !used.includes(name)), []);
});

// What is answered.

const { id: ADA, key: KEY } = provenOf("ada");
const { id: BOB, key: BOBS } = provenOf("bob");
const AS_ADA = { authorization: `Bearer ${KEY}` };
const AS_BOB = { authorization: `Bearer ${BOBS}` };
const THUMB = encodeURIComponent("👍");
const HIDDEN = `p-${"a".repeat(26)}`;

type Init = NonNullable<Parameters<typeof call>[3]>;
type Case = [status: number, path: string, init?: Init];

/** Statuses that another test has seen, which has the means for it. */
const ELSEWHERE: Record<string, number[]> = {
  // odd_test.ts: a body that does not come.
  publish: [408],
  edit: [408],
  // hooks_test.ts
  hook: [204, 403, 408],
  // stream_test.ts
  readStream: [204],
  // origins_test.ts
  makeTicket: [403],
};

/** A request for each of the other statuses. @param bot the secret of the bot that is there */
function casesFor(bot: string): Record<string, Case[]> {
  const ada = { headers: AS_ADA };
  const asAda = `id=${ADA}`;
  const key = (nonce: string): Init => ({ headers: { ...AS_ADA, "idempotency-key": nonce } });
  const used = key("used");
  const text = (text: string, init: Init = {}): Init => ({ ...init, body: text });
  const edit = (fields: object, init: Init = ada): Init => ({ ...init, json: { text: "x", version: 0, ...fields } });
  const tooLong = "x".repeat(FRAME_IN_BYTES + 1);
  const packed = { headers: { ...AS_ADA, "content-encoding": "gzip" } };
  const reading = (path: string): Case[] => [
    [200, `${path}/tea`],
    [400, `${path}/Tea`],
    [401, `${path}/tea?id=${ADA}`],
    [403, `${path}/shut?id=${BOB}`, { headers: AS_BOB }],
    [404, `${path}/${HIDDEN}`],
  ];
  const changing = (path: (seq: number | string, room?: string) => string, init: Init = {}): Case[] => [
    [200, `${path(1)}?${asAda}`, { ...ada, ...init }],
    [400, `${path("one")}?${asAda}`, { ...ada, ...init }],
    [401, `${path(1)}`, init],
    [403, `${path(1, "shut")}?id=${BOB}`, { headers: AS_BOB, ...init }],
    [404, `${path(99)}?${asAda}`, { ...ada, ...init }],
    [409, `${path(1)}?${asAda}`, { ...used, ...init }],
    [410, `${path(2)}?${asAda}`, { ...ada, ...init }],
  ];
  const reactions = changing((seq, room = "tea") => `rooms/${room}/${seq}/reactions/${THUMB}`);
  return {
    describe: [[200, "openapi.json"]],
    listRooms: [[200, "rooms"], [400, "rooms?mine=no"], [401, `rooms?id=${ADA}`], [403, "rooms", {
      headers: { authorization: `Bearer ${bot}` },
    }]],
    readRoom: reading("rooms"),
    publish: [
      [201, "rooms/tea?id=7", text("hi")],
      [200, `rooms/tea?${asAda}`, text("used", used)],
      [400, "rooms/tea?id=7", text("")],
      [401, "rooms/tea", text("hi")],
      [403, `rooms/shut?id=${BOB}`, text("hi", { headers: AS_BOB })],
      [404, `rooms/${HIDDEN}?id=7`, text("hi")],
      [409, `rooms/tea?${asAda}`, text("other", used)],
      [410, "rooms/tea?id=7", { json: { text: "hi", reply: 2 } }],
      [413, "rooms/tea?id=7", text(tooLong)],
      [415, "rooms/tea?id=7", text("hi", packed)],
    ],
    edit: [
      [200, `rooms/tea/1?${asAda}`, edit({ version: 0 })],
      [400, `rooms/tea/1?${asAda}`, edit({ text: "" })],
      [401, "rooms/tea/1?id=7", edit({}, {})],
      [403, `rooms/tea/1?id=${BOB}`, edit({}, { headers: AS_BOB })],
      [404, `rooms/tea/99?${asAda}`, edit({})],
      [409, `rooms/tea/1?${asAda}`, edit({ version: 7 })],
      [410, `rooms/tea/2?${asAda}`, edit({})],
      [413, `rooms/tea/1?${asAda}`, edit({ text: tooLong })],
      [415, `rooms/tea/1?${asAda}`, text("x", ada)],
    ],
    delete: [
      [200, `rooms/tea/2?${asAda}`, ada],
      [400, `rooms/tea/1?${asAda}&reason=`, ada],
      [401, "rooms/tea/1?id=7"],
      [403, `rooms/tea/1?id=${BOB}`, { headers: AS_BOB }],
      [404, `rooms/tea/99?${asAda}`, ada],
      [409, `rooms/tea/1?${asAda}`, used],
    ],
    react: reactions,
    unreact: reactions,
    hook: [
      [201, `hooks/${bot}`, { json: { text: "hi" } }],
      [200, `hooks/${bot}`, { json: { text: "hi" }, headers: { "idempotency-key": "hook" } }],
      [400, `hooks/${bot}`, { json: {} }],
      [401, `hooks/sbk_${"0".repeat(32)}`, { json: { text: "hi" } }],
      [404, `hooks/${bot}?room=shut`, { json: { text: "hi" } }],
      [409, `hooks/${bot}`, { json: { text: "other" }, headers: { "idempotency-key": "hook" } }],
      [413, `hooks/${bot}`, text("x".repeat(HOOK_BYTES + 1))],
      [415, `hooks/${bot}`, text("{}", { headers: { "content-encoding": "gzip" } })],
    ],
    readStream: [...reading("stream/rooms"), [410, "stream/rooms/tea?offset=other:0000000000000001"]],
    makeTicket: [[201, `tickets?${asAda}`, ada], [400, "tickets?id=%00"], [401, "tickets"]],
  };
}

/** Two messages of Ada's, the second deleted; a room whose owner has banned Bob; and a bot. */
async function furnish(server: TestServer): Promise<string> {
  await using ada = await ChatClient.keyed(server, KEY, "tea");
  await ada.publish("tea", "used", "used");
  const { seq } = await ada.publish("tea", "gone");
  await ada.ask({ type: "delete", room: "tea", target: seq, nonce: "gone" }, "ok");
  await ada.ask({ type: "create", room: "shut", nonce: "create" }, "ok");
  await ada.join("shut");
  await ada.ask({ type: "member", room: "shut", nonce: "ban", id: BOB, role: "banned" }, "ok");
  await ada.publish("shut", "closed");
  const { secret } = (await makeBot(server.log.bots!, { name: "ci", rooms: ["tea"] }, 1))!;
  await call(server, "POST", `hooks/${secret}`, { json: { text: "hi" }, headers: { "idempotency-key": "hook" } });
  return secret;
}

/** Whether an answer has the fields that the document says, and no others. */
function checkFields(what: string, { fields }: Answer, schema: Record<string, unknown> | undefined): void {
  const name = String(schema?.$ref ?? "").split("/").at(-1)!;
  const { required = [], properties } = document.components.schemas[name] ?? {};
  if (properties === undefined) return;
  for (const field of required) assert(field in fields, `${what} has no ${field}`);
  for (const field of Object.keys(fields)) assert(field in properties, `${what} has ${field}`);
  for (const message of name === "Page" ? fields.messages : []) {
    const known = Object.keys(document.components.schemas.Message!.properties!);
    assertEquals(Object.keys(message).filter((field) => !known.includes(field)), []);
  }
}

Deno.test("each status that the document has is answered, with what it says", async () => {
  await using server = startServer({ limitRate: false });
  const cases = casesFor(await furnish(server));
  for (const { method, described: { operationId, responses } } of operations) {
    const seen = new Set([429, 501, 503, ...ELSEWHERE[operationId] ?? []]);
    for (const [status, path, init] of cases[operationId]!) {
      const what = `${method} ${path}`;
      const answer = await call(server, method, path, init);
      assertEquals([what, answer.status, answer.fields.message ?? ""], [what, status, answer.fields.message ?? ""]);
      seen.add(status);
      checkFields(what, answer, responses[status]?.content?.["application/json"]?.schema);
    }
    const documented = Object.keys(responses).map(Number);
    assertEquals([operationId, documented.filter((status) => !seen.has(status))], [operationId, []]);
    const tried = cases[operationId]!.map(([status]) => status);
    assertEquals([operationId, tried.filter((status) => !documented.includes(status))], [operationId, []]);
  }
});

/** The first request of each operation that succeeds, and what it gets now. */
async function answersOf(server: TestServer, bot: string, status: number, except = ""): Promise<void> {
  const cases = casesFor(bot);
  for (const { method, described: { operationId, responses } } of operations) {
    if (!(status in responses) || operationId === except) continue;
    const [, path, init] = cases[operationId]![0]!;
    const { status: is, headers, fields } = await call(server, method, path, {
      ...init,
      headers: { ...init?.headers, "x-forwarded-for": "192.0.2.1" },
    });
    assertEquals([operationId, is], [operationId, status], JSON.stringify(fields));
    assertEquals([operationId, headers.has("retry-after")], [operationId, status !== 501]);
  }
}

Deno.test("each request is told when to come again: by a store that does not answer, and from an address that asks too much", async () => {
  const failing = openLog(new MemoryStore());
  const log = brokenAfter(failing);
  await using server = startServer({ log: log.log, limitRate: false });
  const bot = await furnish(server);
  log.breaks();
  // A ticket is not stored.
  await answersOf(server, bot, 503, "makeTicket");

  const addressBounds = { connections: 0, connectsPerS: 0.01, roomsPerMin: 0 };
  await using busy = startServer({
    addressBounds,
    proxies: behindProxies(["127.0.0.1"]),
    log: openLog(new MemoryStore()),
  });
  await answersOf(busy, bot, 429);

  const takesShare = operations.filter(({ described }) => described.operationId !== "describe");
  assertEquals(takesShare.filter(({ described }) => !("503" in described.responses)), []);

  await using unable = startServer({ log: withoutList(openLog(new MemoryStore())) });
  await answersOf(unable, bot, 501);
});

/** A log whose store cannot list its rooms. */
function withoutList(log: MessageLog): MessageLog {
  return new Proxy(log, { get: (target, name: keyof MessageLog) => name === "rooms" ? undefined : target[name] });
}

/** A log whose store can be taken away. */
function brokenAfter(log: MessageLog): { log: MessageLog; breaks(): void } {
  let isBroken = false;
  const broken = new Proxy(log, {
    get(target, name: keyof MessageLog) {
      const value = target[name];
      if (typeof value !== "function" || name === "close" || name === "secretFor") return value;
      return (...args: unknown[]) =>
        isBroken
          ? Promise.reject(new StoreUnavailableError("gone"))
          : (value as (...args: unknown[]) => unknown).apply(target, args);
    },
  });
  return { log: broken, breaks: () => isBroken = true };
}
