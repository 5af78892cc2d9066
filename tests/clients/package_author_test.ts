/** As whom a program writes with the client, and how often what it sends is stored. @module */

import { systemClock } from "../../chat/base/clock.ts";
import { TOKEN_EXPIRING_MS } from "../../chat/limits.ts";
import { Admission } from "../../chat/policy/admission.ts";
import { tokensBy } from "../../chat/policy/tokens.ts";
import type { ChatState } from "../../static/client/connect.d.ts";
import { RefusedError } from "../../static/client/sending.js";
import { FlakyLine } from "../browser/flaky_line.ts";
import { assert, assertEquals, assertRejects } from "../lib/assert.ts";
import { bySecret, makeToken } from "../lib/jwt.ts";
import { eventually } from "../lib/patience.ts";
import { startServer, type TestServer } from "../lib/server.ts";
import { test } from "./languages.ts";

const SECRET = "a secret of thirty-two bytes, at least";
const SIGNER = bySecret(SECRET);

const tokenFor = (sub: string, forMs: number) =>
  makeToken({ sub, exp: Math.floor((Date.now() + forMs) / 1000) }, SIGNER);

const startWithTokens = () =>
  startServer({ admission: new Admission("token", tokensBy({ secret: SECRET }, systemClock)) });

async function authors(server: TestServer): Promise<string[]> {
  const { events } = await server.log.read("lobby", { limit: 99 });
  return events.map(({ id }) => id);
}

test("a program has a token for each connection, and writes as the person of the token, offline too", async (connect) => {
  await using server = startWithTokens();
  await using line = new FlakyLine(server.port);
  let asked = 0;
  const token = () => {
    asked++;
    return tokenFor("ada", 3_600_000);
  };
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada", token });
  const room = chat.room("lobby");
  await room.send("written before it knew who it is");
  const { id } = chat;
  assert(id.startsWith("t-"), id);
  line.refusing = true;
  line.cut();
  await eventually(() => chat.state.phase === "waiting", "it to notice");
  const sending = room.send("written offline");
  line.refusing = false;
  chat.wake();
  await sending;
  assert(asked >= 2);
  assertEquals(await authors(server), [id, id]);
});

test("a program shows a newer token before the old one is over", async (connect) => {
  await using server = startWithTokens();
  await using line = new FlakyLine(server.port);
  const shown: string[] = [];
  line.up = (text) => {
    const { type, token } = JSON.parse(text);
    if (type === "token") shown.push(token);
    return text;
  };
  const tokens = [await tokenFor("ada", TOKEN_EXPIRING_MS / 2), await tokenFor("ada", 3_600_000)];
  const [, second] = tokens;
  await using chat = connect(`http://127.0.0.1:${line.port}`, { name: "Ada", token: () => tokens.shift()! });
  await chat.room("lobby").send("hello");
  await eventually(() => shown.length === 1, "the newer token");
  // By then the server has looked at it.
  await chat.room("lobby").send("goes on");
  assertEquals(shown, [second]);
  assertEquals(chat.state.phase, "online");
});

test("a program whose token is over gets another one, and one that gets none says why it waits", async (connect) => {
  await using server = startWithTokens();
  const old = await tokenFor("ada", -60_000);
  const tokens = [old, await tokenFor("ada", 3_600_000)];
  await using chat = connect(server.url, { name: "Ada", token: () => tokens.shift()! });
  await chat.room("lobby").send("hello");
  await using fixed = connect(server.url, { name: "Ada", token: old });
  assertEquals((await assertRejects(() => fixed.room("lobby").send("hi"), RefusedError)).code, "expired");
  const problem = new Error("The site is away");
  await using without = connect(server.url, { name: "Ada", token: () => Promise.reject(problem) });
  const states: ChatState[] = [];
  without.on("state", (state) => void states.push(state));
  await eventually(() => states.some(({ phase }) => phase === "waiting"), "it to wait");
  assertEquals(String(states.find((state) => state.phase === "waiting")?.reason), String(problem));
});

test("of what one id sends with one nonce, one is stored, by a later program too", async (connect) => {
  await using server = startServer();
  const identity = "0123456789abcdef0123456789abcdef";
  const seqs: number[] = [];
  for (const _run of [1, 2]) {
    await using chat = connect(server.url, { name: "Backup", identity });
    seqs.push((await chat.room("ops").send("the backup is done", { nonce: "backup-2026-11-26" })).seq);
  }
  assertEquals(seqs, [1, 1]);
  await using chat = connect(server.url, { name: "Backup", identity });
  const other = () => chat.room("ops").send("it failed", { nonce: "backup-2026-11-26" });
  assertEquals((await assertRejects(other, RefusedError)).code, "nonce_used");
});

test("a stream tells who is there and who is typing, whenever that changes", async (connect) => {
  await using server = startServer();
  await using reader = connect(server.url, { name: "Reader", id: "1" });
  const told: string[] = [];
  const room = reader.room("lobby");
  const reading = (async () => {
    for await (const event of room) {
      if (event.type === "people") told.push(`${event.members.length} there, ${event.typing.length} typing`);
      if (event.type === "message") return;
    }
  })();
  const isTold = (what: string) => eventually(() => told.at(-1) === what, what);
  await isTold("1 there, 0 typing");
  await using writer = connect(server.url, { name: "Writer", id: "2" });
  const other = writer.room("lobby");
  await other.history();
  await isTold("2 there, 0 typing");
  other.typing();
  await isTold("2 there, 1 typing");
  await other.send("hello");
  await reading;
  assertEquals(told.at(-1), "2 there, 0 typing");
});
