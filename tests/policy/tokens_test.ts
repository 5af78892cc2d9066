/** Tokens: which are taken, whose they are, and for how long. Servers are real, and so are keys; time is the test's. @module */

import { describeError } from "../../chat/base/errors.ts";
import * as limits from "../../chat/limits.ts";
import type { ReportTrouble } from "../../chat/logging/logger.ts";
import { Admission } from "../../chat/policy/admission.ts";
import { idOfPerson } from "../../chat/policy/person.ts";
import { tokensBy, type TokenSettings } from "../../chat/policy/tokens.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { bySecret, keyPair, makeToken, type Signer, UNSIGNED } from "../lib/jwt.ts";
import { eventually } from "../lib/patience.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const SECRET = "a secret of thirty-two bytes, at least";
const SIGNER = bySecret(SECRET);
const [ES256, OTHER_ES256, EDDSA, RS256] = await Promise.all([
  keyPair("ES256", "es"),
  keyPair("ES256", "es"),
  keyPair("EdDSA", "ed"),
  keyPair("RS256", "rs"),
]);

/** The site, and whom its tokens are for. */
const HERE = { iss: "https://site.example", aud: "chat" };
const BY_SECRET: TokenSettings = { secret: SECRET, issuer: HERE.iss, audience: HERE.aud };

/** A token of a person, good for ten minutes by the clock, but for these claims. */
function token(clock: FakeClock, claims: Record<string, unknown> = {}, signer: Signer = SIGNER): Promise<string> {
  return makeToken({ ...HERE, sub: "ada", exp: Math.floor(clock.now() / 1000) + 600, ...claims }, signer);
}

interface Site extends AsyncDisposable {
  clock: FakeClock;
  server: TestServer;
  /** What its operator was told. */
  told: string[];
}

/** A server that takes tokens. */
function startSite(settings: TokenSettings = BY_SECRET, access: "open" | "token" = "open"): Site {
  const clock = new FakeClock();
  const told: string[] = [];
  const report: ReportTrouble = (message, cause) => told.push(`${message}: ${cause && describeError(cause)}`);
  const server = startServer({ clock, admission: new Admission(access, tokensBy(settings, clock, report)) });
  return { clock, server, told, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Signs in, and joins. */
async function signIn({ server }: Site, shown: string, ...rooms: string[]): Promise<ChatClient> {
  const client = await ChatClient.connect(server, "whatever");
  await client.ask({ type: "hello", token: shown, features: ["changes"] }, "welcome");
  for (const room of rooms) await client.join(room);
  return client;
}

/** The code with which a server refuses a token; "welcome" if it takes it. */
async function answerTo({ server }: Site, shown: string): Promise<string> {
  await using client = await ChatClient.connect(server, "42");
  const reply = await client.reply(client.post({ type: "hello", token: shown }));
  return reply.type === "error" ? reply.code : reply.type;
}

/** Serves public keys, or what is sent instead of them; `await using` stops it. */
function serveKeys(keys: () => object[] | undefined | Response): AsyncDisposable & { url: string } {
  const respond = () => {
    const served = keys();
    return served instanceof Response ? served : Response.json({ keys: served });
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, respond);
  return {
    url: `http://127.0.0.1:${server.addr.port}/keys`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("a person with a token has the id and the name that the token says, whatever the address says", async () => {
  await using site = startSite();
  const { server, clock } = site;
  await using ada = await ChatClient.connect(server, "k-2d86c1945aaf59f4d736e2e896826519");
  const hello = { type: "hello", name: "Mallory", token: await token(clock, { name: " Ada  Lovelace" }) } as const;
  const { id, name } = await ada.ask(hello, "welcome");
  assertEquals([id, name], ["t-ada", "Ada Lovelace"]);
  assertEquals((await ada.ask({ type: "rename", name: "Grace" }, "error")).code, "not_allowed");
  const { may } = await ada.join("lobby");
  assertEquals(may, ["publish", "react", "edit", "delete"]);
  await using bob = await ChatClient.connect(server, "42");
  const bobs = await token(clock, { sub: "bob", name: "\u200b" });
  assertEquals((await bob.ask({ type: "hello", name: "Bob", token: bobs }, "welcome")).name, "Bob");
  assertEquals((await bob.ask({ type: "rename", name: "Robert" }, "ok")).name, "Robert");
  await bob.join("lobby");
  await ada.publish("lobby", "hi");
  const { id: author, name: shown } = await bob.push("message");
  assertEquals([author, shown], ["t-ada", "Ada Lovelace"]);
});

const hour = 3_600;
const REFUSED: [what: string, code: string, make: (clock: FakeClock, seconds: number) => Promise<string>][] = [
  ["of another secret", "bad_token", (clock) => token(clock, {}, bySecret("another secret of thirty-two bytes, too"))],
  ["without a signature", "bad_token", (clock) => token(clock, {}, UNSIGNED)],
  ["that says none and is signed", "bad_token", (clock) => token(clock, {}, { ...SIGNER, alg: "none" })],
  ["by another algorithm of the secret", "bad_token", (clock) => token(clock, {}, bySecret(SECRET, "SHA-512"))],
  ["of a public key", "bad_token", (clock) => token(clock, {}, ES256.signer)],
  ["that has expired", "expired", (clock, now) => token(clock, { exp: now - 6 })],
  ["without an end", "bad_token", (clock) => token(clock, { exp: undefined })],
  ["for more than a day", "bad_token", (clock, now) => token(clock, { exp: now + 24 * hour + 10 })],
  ["of nobody", "bad_token", (clock) => token(clock, { sub: undefined })],
  ["of an empty name", "bad_token", (clock) => token(clock, { sub: "" })],
  ["that is not yet good", "bad_token", (clock, now) => token(clock, { nbf: now + 10 })],
  ["of another issuer", "bad_token", (clock) => token(clock, { iss: "https://other.example" })],
  ["of no issuer", "bad_token", (clock) => token(clock, { iss: undefined })],
  ["for another audience", "bad_token", (clock) => token(clock, { aud: "mail" })],
  ["for no audience", "bad_token", (clock) => token(clock, { aud: undefined })],
  ["with rooms that are none", "bad_token", (clock) => token(clock, { rooms: [{ room: "A b", may: "read" }] })],
  ["with a right that there is not", "bad_token", (clock) => token(clock, { rooms: [{ room: "a", may: "rule" }] })],
  ["with too many rooms", "bad_token", (clock) => token(clock, { rooms: Array(65).fill({ room: "a", may: "read" }) })],
  ["that is none", "bad_token", () => Promise.resolve("ada")],
];

for (const [what, code, make] of REFUSED) {
  Deno.test(`a token ${what} is refused`, async () => {
    await using site = startSite();
    const { clock } = site;
    assertEquals(await answerTo(site, await token(clock)), "welcome");
    assertEquals(await answerTo(site, await make(clock, Math.floor(clock.now() / 1000))), code);
  });
}

Deno.test("a token with an audience is refused by a server that was told of none", async () => {
  await using site = startSite({ secret: SECRET });
  assertEquals(await answerTo(site, await token(site.clock)), "bad_token");
  assertEquals(await answerTo(site, await token(site.clock, { aud: undefined })), "welcome");
});

Deno.test("public keys: each kind signs, and none is taken for a secret", async () => {
  let keys: object[] | undefined = [ES256.jwk, EDDSA.jwk, RS256.jwk];
  await using served = serveKeys(() => keys);
  await using site = startSite({ jwks: served.url, issuer: HERE.iss, audience: HERE.aud });
  const { clock } = site;
  for (const { signer } of [ES256, EDDSA, RS256]) {
    assertEquals(await answerTo(site, await token(clock, {}, signer)), "welcome");
  }
  assertEquals(await answerTo(site, await token(clock, {}, OTHER_ES256.signer)), "bad_token");
  for (const { asSecret, signer: { kid } } of [ES256, EDDSA, RS256]) {
    const confused = { ...bySecret(asSecret), kid };
    assertEquals(await answerTo(site, await token(clock, {}, confused)), "bad_token", "a public key as a secret");
  }
  assertEquals(await answerTo(site, await token(clock, {}, UNSIGNED)), "bad_token");
  keys = undefined;
  assertEquals(await answerTo(site, await token(clock, {}, ES256.signer)), "welcome", "keys are kept");
});

const NO_KEYS: [what: string, send: () => undefined | Response, told: string][] = [
  ["come without a set", () => undefined, "malformed"],
  ["come as a page", () => new Response("<!doctype html>"), "JSON"],
  ["are not there", () => new Response(null, { status: 404 }), "404"],
  ["are elsewhere", () => new Response(null, { status: 302, headers: { location: "/other" } }), "302"],
];

for (const [what, send, reason] of NO_KEYS) {
  Deno.test(`while the keys ${what} a client is told to come again, and then it is let in`, async () => {
    let keys: object[] | undefined = undefined;
    await using served = serveKeys(() => keys ?? send());
    await using site = startSite({ jwks: served.url, audience: HERE.aud });
    await using ada = await ChatClient.connect(site.server, "42");
    const hello = { type: "hello", token: await token(site.clock, {}, EDDSA.signer) } as const;
    for (let time = 0; time < 2; time++) {
      const { code, message, retryAfterMs } = await ada.ask(hello, "error");
      assertEquals([code, typeof retryAfterMs], ["unavailable", "number"]);
      assert(!message.includes("127.0.0.1"), message);
    }
    assertEquals(site.told.length, 1, "it is one incident");
    assert(site.told[0]!.includes(reason), site.told[0]);
    keys = [EDDSA.jwk];
    assertEquals((await ada.ask(hello, "welcome")).id, "t-ada");
    assertEquals(site.told.length, 2, "the end of it is told, too");
  });
}

Deno.test("while nobody serves the keys a client is told to come again", async () => {
  const { url, ...served } = serveKeys(() => []);
  await served[Symbol.asyncDispose]();
  await using site = startSite({ jwks: url, audience: HERE.aud });
  assertEquals(await answerTo(site, await token(site.clock, {}, EDDSA.signer)), "unavailable");
  assertEquals(site.told.length, 1);
});

/** An RSA key of 1,024 bits. */
const SHORT_RSA = { ...RS256.jwk, n: `${"_".repeat(170)}w` };

const UNUSABLE: [what: string, pair: typeof ES256, key: object][] = [
  ["is too short", RS256, SHORT_RSA],
  ["is garbled", ES256, { ...ES256.jwk, x: "?" }],
  ["lacks a part", ES256, { ...ES256.jwk, y: undefined }],
  ["is private", ES256, ES256.privateJwk],
  ["lacks its number", RS256, { ...RS256.jwk, n: undefined }],
];

for (const [what, { signer }, key] of UNUSABLE) {
  Deno.test(`a token whose key ${what} is refused, and the operator is told once`, async () => {
    await using served = serveKeys(() => [key, EDDSA.jwk]);
    await using site = startSite({ jwks: served.url, audience: HERE.aud });
    await using ada = await ChatClient.connect(site.server, "42");
    // What is no name is none of the set: strangers could have a line for each.
    for (const kid of [signer.kid, signer.kid, 1, 2] as string[]) {
      const hello = { type: "hello", token: await token(site.clock, {}, { ...signer, kid }) } as const;
      const { code, message } = await ada.ask(hello, "error");
      assertEquals([code, message], ["bad_token", "The token is refused: its key cannot be used"]);
    }
    const [line, other, ...more] = site.told;
    assert(line?.includes(`"${signer.kid}"`), line);
    assert(other?.includes("without a name"), other);
    assertEquals(more, []);
    assertEquals(await answerTo(site, await token(site.clock, {}, EDDSA.signer)), "welcome", "other keys count");
  });
}

Deno.test("a server that takes no tokens says so", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, "42");
  assertEquals((await ada.ask({ type: "hello", token: "x.y.z" }, "error")).code, "bad_token");
  await ada.ask({ type: "hello" }, "welcome");
});

/** Moves a site's time on, and lets it sweep. */
async function pass({ clock }: Site, client: ChatClient, ms: number): Promise<void> {
  clock.advance(ms);
  // One sweep begins only after the last one has looked at everybody, which takes turns of the event loop.
  for (let sweep = 0; sweep < 3; sweep++) {
    await client.settled();
    clock.advance(limits.OUTBOX_SWEEP_MS);
  }
}

Deno.test("a client is asked for a new token a minute before, and served on with one of the same person", async () => {
  await using site = startSite();
  const { clock } = site;
  await using watch = await ChatClient.open(site.server, "watch");
  await using ada = await signIn(site, await token(clock), "lobby");
  await pass(site, watch, 600_000 - limits.TOKEN_EXPIRING_MS - 2_000);
  assertEquals(ada.all("expiring"), []);
  await pass(site, watch, 2_000);
  const { inMs } = await ada.push("expiring");
  assert(inMs > 58_000 && inMs <= limits.TOKEN_EXPIRING_MS, `${inMs}`);

  assertEquals(
    (await ada.ask({ type: "token", token: await token(clock, { sub: "eve" }) }, "error")).code,
    "bad_token",
  );
  assertEquals((await ada.ask({ type: "token", token: await token(clock, {}, UNSIGNED) }, "error")).code, "bad_token");
  await ada.ask({ type: "token", token: await token(clock, { name: "Countess" }) }, "ok");
  await pass(site, watch, limits.TOKEN_EXPIRING_MS + limits.TOKEN_GRACE_MS + 10_000);
  await ada.publish("lobby", "still here");
  assertEquals(ada.all("expiring").length, 1);
  assertEquals((await ada.untilSeq("lobby", 1))[0]!.name, "Countess");
});

Deno.test("a client that shows no new token is closed with 4003, half a minute after the old one has expired", async () => {
  await using site = startSite();
  await using watch = await ChatClient.open(site.server, "watch");
  await using ada = await signIn(site, await token(site.clock), "lobby");
  await pass(site, watch, 600_000 + limits.TOKEN_GRACE_MS - 2_000);
  await ada.publish("lobby", "in the grace time");
  await pass(site, watch, 3_000);
  await eventually(() => ada.isClosed, "the end");
  assertEquals((await ada.closed).code, 4003);
});

Deno.test("a free id becomes nobody's by a later token", async () => {
  await using site = startSite();
  await using ada = await ChatClient.open(site.server, "ada");
  assertEquals((await ada.ask({ type: "token", token: await token(site.clock) }, "error")).code, "bad_token");
});

Deno.test("a token that names rooms is for these alone, and for no more than it says", async () => {
  await using site = startSite();
  const rooms = [{ room: "ops-*", may: "write" }, { room: "news", may: "read" }];
  await using ada = await signIn(site, await token(site.clock, { rooms }));
  const hidden = await ada.ask({ type: "join", room: "lobby" }, "error");
  const missing = await ada.ask({ type: "join", room: "ops" }, "error");
  assertEquals([hidden.code, hidden.message], ["no_access", missing.message]);
  assertEquals((await ada.join("ops-eu")).may, ["publish", "react", "edit", "delete"]);
  await ada.publish("ops-eu", "x");
  assertEquals((await ada.join("news")).may, []);
  const publish = { type: "publish", room: "news", nonce: "n", text: "x" } as const;
  assertEquals((await ada.ask(publish, "error")).code, "not_allowed");
  for (
    const command of [
      { type: "typing", room: "news" },
      { type: "report", room: "news", target: 1 },
      { type: "redeem", room: "news", nonce: "n", secret: "s" },
    ] as const
  ) assertEquals((await ada.ask(command, "error")).code, "not_allowed", command.type);
  await ada.ask({ type: "history", room: "news" }, "history");
});

Deno.test("a token that names rooms is for nothing that goes beyond them", async () => {
  await using site = startSite();
  await using ada = await signIn(site, await token(site.clock, { rooms: [{ room: "ops-*", may: "moderate" }] }));
  const all = [
    // Others are not even named.
    { type: "rooms" },
    { type: "create", nonce: "c" },
    { type: "dm", id: "t-bob" },
    { type: "erase", nonce: "e" },
    { type: "revoke" },
    { type: "claim", secret: "s" },
    { type: "bots" },
  ] as const;
  for (const line of all) assertEquals([line.type, (await ada.ask(line, "error")).code], [line.type, "not_allowed"]);
});

Deno.test("a newer token that lacks a room ends the connection that is in it", async () => {
  await using site = startSite();
  const both = [{ room: "*", may: "write" }];
  await using ada = await signIn(site, await token(site.clock, { rooms: both }), "lobby", "tea");
  ada.post({ type: "token", token: await token(site.clock, { rooms: [{ room: "tea", may: "write" }] }) });
  await eventually(() => ada.isClosed, "the end");
  assertEquals((await ada.closed).code, 4003);
});

Deno.test("where only tokens count, neither free ids nor keys are let in", async () => {
  await using site = startSite(BY_SECRET, "token");
  await using ada = await ChatClient.connect(site.server, "ada");
  assertEquals((await ada.ask({ type: "hello" }, "error")).code, "needs_proof");
  assertEquals((await ada.ask({ type: "join", room: "lobby" }, "error")).code, "hello_first");
  await ada.ask({ type: "hello", token: await token(site.clock) }, "welcome");
});

const SUBJECTS: [subject: string, id: string | RegExp][] = [
  ["ada", "t-ada"],
  ["auth0|5f7c8ec7c33c", "t-auth0|5f7c8ec7c33c"],
  ["ada@example.com", "t-ada@example.com"],
  ["José", "t-José"],
  ["x".repeat(62), `t-${"x".repeat(62)}`],
  ["x".repeat(63), /^t-[\da-f]{32}$/],
  ["https://site.example/ada", /^t-[\da-f]{32}$/],
  ["Jose\u0301", /^t-[\da-f]{32}$/],
  ["ada\u200b", /^t-[\da-f]{32}$/],
  ["ada ", /^t-[\da-f]{32}$/],
  ["ada:", /^t-[\da-f]{32}$/],
  ["\ud800", /^t-[\da-f]{32}$/],
];

Deno.test("every subject has an id of its own, as readable as may be", () => {
  for (const [subject, id] of SUBJECTS) {
    if (typeof id === "string") assertEquals(idOfPerson(subject), id);
    else assertMatch(idOfPerson(subject), id);
  }
  const hashed = idOfPerson("x".repeat(63)).slice("t-".length);
  const ids = [...SUBJECTS.map(([subject]) => subject), hashed].map(idOfPerson);
  assertEquals(new Set(ids).size, ids.length, "also if a subject is the hash of another one");
});

Deno.test("a token for less than its owner may do is for less", async () => {
  await using site = startSite();
  await using owner = await signIn(site, await token(site.clock));
  const { room } = await owner.ask({ type: "create", nonce: "n", room: "tea" }, "ok");
  assertEquals(room, "tea");
  await using bob = await ChatClient.open(site.server, "bob", "tea");
  const { seq } = await bob.publish("tea", "x");
  const writes = await token(site.clock, { rooms: [{ room: "tea", may: "write" }] });
  await using writer = await signIn(site, writes);
  assertEquals((await writer.join("tea")).may, ["publish", "react", "edit", "delete"]);
  const set = { type: "settings", room: "tea", nonce: "s", set: { locked: true } } as const;
  const ban = { type: "member", room: "tea", nonce: "m", id: "bob", role: "banned" } as const;
  const remove = { type: "delete", room: "tea", nonce: "d", target: seq! } as const;
  for (const command of [set, ban, remove, { type: "create", nonce: "o" } as const]) {
    assertEquals([command.type, (await writer.ask(command, "error")).code], [command.type, "not_allowed"]);
  }
  const moderates = await token(site.clock, { rooms: [{ room: "t*", may: "moderate" }] });
  await using moderator = await signIn(site, moderates, "tea");
  await moderator.ask(remove, "ok");
});
