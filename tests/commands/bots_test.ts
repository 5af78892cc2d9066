/** Bots are made, prove themselves, keep to their rooms, and are taken back. @module */

import { StoreUnavailableError } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { type Access, Admission } from "../../chat/policy/admission.ts";
import { openSqliteStore } from "../../chat/stores/sqlite/store.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { hashOf } from "../../chat/wire/names.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { inTime } from "../lib/patience.ts";
import { startServer, type TestServer, type TestServerOptions } from "../lib/server.ts";
import { StreamReader } from "../lib/stream_reader.ts";
import { Folder } from "../stores/in_folder.ts";

const OWNER = "the owner's secret, long enough";
const OWNERS = [await idOfKey(OWNER)];
const ADA = "ada's secret, long enough";

/** A server with an operator. */
function start(options: TestServerOptions = {}, access?: Access): TestServer {
  return startServer({ admission: new Admission(access, undefined, OWNERS), ...options });
}

/** What a hello with a bot's secret is answered. */
async function greet(server: TestServer, token: string, name?: string) {
  const client = await ChatClient.connect(server, "whatever");
  return { client, answer: await client.reply(client.post({ type: "hello", token, name })) };
}

async function comeIn(server: TestServer, secret: string, ...rooms: string[]): Promise<ChatClient> {
  const { client, answer } = await greet(server, secret);
  assertEquals(answer.type, "welcome");
  for (const room of rooms) await client.join(room);
  return client;
}

/** @returns the code with which a command is refused */
async function refusal(client: ChatClient, command: Parameters<ChatClient["post"]>[0]): Promise<string> {
  return (await client.ask(command, "error")).code;
}

Deno.test("an operator makes a bot, which proves itself by its secret, and speaks under its id and its name", async () => {
  await using server = start();
  await using owner = await ChatClient.keyed(server, OWNER, "lobby");
  assert(owner.all("welcome")[0]!.features.includes("bots"));
  const { type: _type, ref: _ref, secret, ...made } = await owner.ask({ type: "bot", name: "deploys" }, "bot");
  assertMatch(secret, /^sbk_[\da-f]{64}$/);
  assertEquals(made, { id: "b-deploys", name: "deploys", rooms: ["*"], may: "write", ts: made.ts });
  const { client: bot, answer } = await greet(server, secret, "Ada");
  assert(answer.type === "welcome");
  assertEquals([answer.id, answer.name, answer.features.includes("bots")], ["b-deploys", "deploys", false]);
  await bot.join("lobby");
  await bot.publish("lobby", "deployed");
  const { id, name, text } = await owner.push("message");
  assertEquals([id, name, text], ["b-deploys", "deploys", "deployed"]);
  assertEquals(await refusal(bot, { type: "rename", name: "Ada" }), "not_allowed");
  assertEquals((await owner.ask({ type: "bots" }, "bots")).bots, [made]);
  await bot.close();
});

Deno.test("nobody but an operator makes bots, sees them or takes them back, a bot neither", async () => {
  await using server = start();
  await using owner = await ChatClient.keyed(server, OWNER);
  const { secret } = await owner.ask({ type: "bot", name: "ci", may: "moderate" }, "bot");
  const clients = [
    await ChatClient.open(server, "42"),
    await ChatClient.keyed(server, ADA),
    await comeIn(server, secret),
  ];
  for (const client of clients) {
    assertEquals(await refusal(client, { type: "bot", name: "mine" }), "not_allowed");
    assertEquals(await refusal(client, { type: "bots" }), "not_allowed");
    assertEquals(await refusal(client, { type: "unbot", name: "ci" }), "not_allowed");
    await client.close();
  }
  assertEquals((await owner.ask({ type: "bots" }, "bots")).bots.map(({ name }) => name), ["ci"]);
});

Deno.test("a bot keeps to its rooms, and to what it may do there", async () => {
  await using server = start();
  await using owner = await ChatClient.keyed(server, OWNER, "ops-1", "tea");
  await owner.publish("ops-1", "hi");
  const make = async (name: string, may: "read" | "write") =>
    (await owner.ask({ type: "bot", name, rooms: ["ops-*"], may }, "bot")).secret;
  await using writer = await comeIn(server, await make("writer", "write"), "ops-1");
  await using reader = await comeIn(server, await make("reader", "read"), "ops-1");
  for (const bot of [writer, reader]) {
    assertEquals(await refusal(bot, { type: "join", room: "tea" }), "no_access");
    assertEquals(await refusal(bot, { type: "create", nonce: "n" }), "not_allowed");
  }
  await writer.publish("ops-1", "done");
  assertEquals((await reader.push("message")).text, "done");
  assertEquals(await refusal(reader, { type: "publish", room: "ops-1", nonce: "n", text: "x" }), "not_allowed");
  assertEquals(await refusal(writer, { type: "audit", room: "ops-1" }), "not_allowed");
});

Deno.test("a bot comes into a private room once it has a place there", async () => {
  await using server = start();
  await using owner = await ChatClient.keyed(server, OWNER);
  const { secret } = await owner.ask({ type: "bot", name: "ci" }, "bot");
  const { room } = await owner.ask({ type: "create", nonce: "c", set: { visibility: "private" } }, "ok");
  await owner.join(room!);
  await using bot = await comeIn(server, secret);
  assertEquals(await refusal(bot, { type: "join", room: room! }), "no_access");
  await owner.ask({ type: "member", room: room!, nonce: "m", id: "b-ci", role: "member" }, "ok");
  await bot.join(room!);
  await bot.publish(room!, "here");
});

Deno.test("a bot that is taken back is closed, and let in no more, also after a restart; and its name is free", async () => {
  await using folder = new Folder();
  const open = async () => start({ log: openLog(await openSqliteStore(folder.file)) });
  let [first, second] = ["", ""];
  {
    await using server = await open();
    await using owner = await ChatClient.keyed(server, OWNER, "lobby");
    first = (await owner.ask({ type: "bot", name: "ci" }, "bot")).secret;
    await using bot = await comeIn(server, first, "lobby");
    await bot.publish("lobby", "before");
    await owner.ask({ type: "unbot", name: "ci" }, "ok");
    assertEquals((await inTime(bot.closed, "its end")).code, 4004);
    await owner.ask({ type: "unbot", name: "ci" }, "ok");
    second = (await owner.ask({ type: "bot", name: "ci" }, "bot")).secret;
    assertEquals(await refusal(owner, { type: "bot", name: "ci" }), "bot_exists");
  }
  await using server = await open();
  const { client, answer } = await greet(server, first);
  assertEquals(answer.type === "error" && answer.code, "bad_token");
  // The same connection may come in as another one.
  await client.ask({ type: "hello", token: second }, "welcome");
  await client.close();
});

Deno.test("a bot that is taken back while it comes in does not stay", async () => {
  await using server = start();
  await using owner = await ChatClient.keyed(server, OWNER);
  const { secret } = await owner.ask({ type: "bot", name: "ci" }, "bot");
  const bots = server.log.bots!;
  // Between the two times that it is looked at.
  const find = bots.find.bind(bots);
  let looks = 0;
  bots.find = async (hash) => {
    const bot = await find(hash);
    if (++looks === 1) await bots.remove("ci");
    return bot;
  };
  const bot = await ChatClient.connect(server, "whatever");
  bot.post({ type: "hello", token: secret });
  assertEquals([(await inTime(bot.closed, "its end")).code, bot.all("welcome")], [4004, []]);
});

Deno.test("where only tokens count, bots are let in", async () => {
  await using server = start({}, "token");
  const secret = `sbk_${"1f".repeat(32)}`;
  await server.log.bots!.add({ name: "ci", rooms: ["*"], may: "write", ts: 1 }, await hashOf(secret));
  await using bot = await comeIn(server, secret, "lobby");
  await bot.publish("lobby", "hi");
  for (const wrong of [`sbk_${"1e".repeat(32)}`, `${secret}0`, "sbk_", await hashOf(secret)]) {
    const { client, answer } = await greet(server, wrong);
    assertEquals([wrong, answer.type === "error" && answer.code], [wrong, "bad_token"]);
    await client.close();
  }
});

Deno.test("the secret of a bot is in no file of the store, and in no line of the service's log", async () => {
  await using folder = new Folder();
  const lines: unknown[] = [];
  const log = openLog(await openSqliteStore(folder.file));
  await using server = start({ log, logger: (...line) => lines.push(line) });
  await using owner = await ChatClient.keyed(server, OWNER);
  const { secret } = await owner.ask({ type: "bot", name: "ci" }, "bot");
  await using bot = await comeIn(server, secret, "lobby");
  await bot.publish("lobby", "hi");
  await owner.ask({ type: "unbot", name: "ci" }, "ok");
  await inTime(bot.closed, "its end");
  const files = Array.from(Deno.readDirSync(folder.path), ({ name }) => name);
  assert(files.length >= 2);
  const text = secret.slice(4);
  for (const file of files) {
    const bytes = await Deno.readFile(`${folder.path}/${file}`);
    assert(!new TextDecoder("latin1").decode(bytes).includes(text), file);
  }
  assert(lines.length > 0 && !JSON.stringify(lines).includes(text));
});

Deno.test("the stream that a bot reads ends when it is taken back", async () => {
  await using server = start();
  await using owner = await ChatClient.keyed(server, OWNER);
  const { secret } = await owner.ask({ type: "bot", name: "ci" }, "bot");
  await using reader = await StreamReader.open(server, "lobby", "now", { authorization: `Bearer ${secret}` });
  await owner.ask({ type: "unbot", name: "ci" }, "ok");
  await inTime(reader.ended, "its end");
});

Deno.test("a bot whose hello the store did not answer is let in by no later one without its secret", async () => {
  await using server = start();
  await using owner = await ChatClient.keyed(server, OWNER);
  const { secret } = await owner.ask({ type: "bot", name: "ci" }, "bot");
  const identities = server.log.identities!;
  const find = identities.find.bind(identities);
  identities.find = () => Promise.reject(new StoreUnavailableError("out of reach"));
  const { client, answer } = await greet(server, secret);
  assertEquals(answer.type === "error" && answer.code, "unavailable");
  identities.find = find;
  await owner.ask({ type: "unbot", name: "ci" }, "ok");
  assertEquals(await refusal(client, { type: "hello" }), "bad_token");
  await client.close();
});
