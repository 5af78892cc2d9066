/**
 * Everything wrong that a client can send, and the documented answer to each. In every case the server goes on, and so
 * does everybody else.
 *
 * @module
 */

import * as limits from "../../chat/limits.ts";
import type { ErrorCode } from "../../chat/wire/lines.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { listener } from "../lib/listener.ts";
import { type FrameOptions, RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";

/** Requests that are refused before the upgrade: what they ask, and the status. */
const REQUESTS: [name: string, head: string, status: number][] = [
  ["no upgrade", "GET /ws/ada HTTP/1.1\r\nHost: localhost\r\n\r\n", 426],
  ["another upgrade", upgradeHead("/ws/ada", { Upgrade: "h2c" }), 426],
  ["no version", upgradeHead("/ws/ada", { "Sec-WebSocket-Version": null }), 426],
  ["version 8", upgradeHead("/ws/ada", { "Sec-WebSocket-Version": "8" }), 426],
  ["no key", upgradeHead("/ws/ada", { "Sec-WebSocket-Key": null }), 400],
  ["a short key", upgradeHead("/ws/ada", { "Sec-WebSocket-Key": "c2hvcnQ=" }), 400],
  ["Connection without upgrade", upgradeHead("/ws/ada", { Connection: "keep-alive" }), 400],
  ["no Connection", upgradeHead("/ws/ada", { Connection: null }), 400],
  ["POST", upgradeHead("/ws/ada").replace("GET", "POST"), 405],
  ["HEAD", upgradeHead("/ws/ada").replace("GET", "HEAD"), 405],
  ["OPTIONS", upgradeHead("/ws/ada").replace("GET", "OPTIONS"), 405],
  ["an unknown subprotocol", upgradeHead("/ws/ada", { "Sec-WebSocket-Protocol": "chat.v2" }), 400],
  ["an empty subprotocol", upgradeHead("/ws/ada", { "Sec-WebSocket-Protocol": "" }), 400],
  ["a subprotocol in the wrong case", upgradeHead("/ws/ada", { "Sec-WebSocket-Protocol": "CHAT.V1" }), 400],
  ["an id of 65 characters", upgradeHead(`/ws/${"a".repeat(65)}`), 400],
  ["an id of more bytes than 64 visible characters need", upgradeHead(`/ws/a${"%CC%81".repeat(129)}`), 400],
  ["an id with a slash", upgradeHead("/ws/a/b"), 400],
  ["an id with an escaped slash", upgradeHead("/ws/a%2fb"), 400],
  ["an id with an escape of nothing", upgradeHead("/ws/a%"), 400],
  ["an id of two dots", upgradeHead("/ws/.."), 404],
  ["an id of two escaped dots", upgradeHead("/ws/%2E%2e"), 404],
  ["an id with a slash that leans back", upgradeHead("/ws/a\\b"), 404],
  ["no id but two slashes", upgradeHead("/ws//"), 400],
  ["a reserved id for chat.v1", upgradeHead("/ws/t-ada", { "Sec-WebSocket-Protocol": "chat.v1" }), 400],
  ["a keyed id in plain text", upgradeHead("/ws/k-2d86c1945aaf59f4d736e2e896826519"), 400],
  ["an empty room", upgradeHead("/ws/ada?room="), 400],
  ["a room in capitals", upgradeHead("/ws/ada?room=Lobby"), 400],
  ["a room of 65 characters", upgradeHead(`/ws/ada?room=${"a".repeat(65)}`), 400],
  ["a room with a dot", upgradeHead("/ws/ada?room=a.b"), 400],
  ["a room with an escaped dot", upgradeHead("/ws/ada?room=a%2eb"), 400],
  ["a room with an escaped slash", upgradeHead("/ws/ada?room=a%2fb"), 400],
  ["a room called __proto__", upgradeHead("/ws/ada?room=__proto__"), 400],
  ["a room with a newline", upgradeHead("/ws/ada?room=a%0a"), 400],
  ["a bad room for chat.v1", upgradeHead("/ws/ada?room=A", { "Sec-WebSocket-Protocol": "chat.v1" }), 400],
  ["a bad room for the echo", upgradeHead("/ws?room=A"), 400],
  ...[
    "/",
    "/chat",
    "/wsx",
    "/items/foo/ws?token=x",
    "/socket.io/?EIO=4&transport=websocket",
    "/healthz",
    "/static/app.js",
  ]
    .map((path): [string, string, number] => [`a socket at ${path}`, upgradeHead(path), 404]),
  ["a socket at / for chat.v1", upgradeHead("/", { "Sec-WebSocket-Protocol": "chat.v1" }), 404],
  ["no Host", upgradeHead("/ws/ada", { Host: null }), 505],
  ["HTTP/1.0", upgradeHead("/ws/ada", { Host: null }).replace("HTTP/1.1", "HTTP/1.0"), 505],
  ["likeness to nobody", upgradeHead("/ws/ada?like=flask"), 400],
  ["a Host with a path", upgradeHead("/other", { Host: "localhost/ws/ada?" }), 400],
  ["a Host with a name and password", upgradeHead("/ws/ada", { Host: "user:pass@localhost" }), 400],
  ["a Host with a blank", upgradeHead("/ws/ada", { Host: "local host" }), 400],
  ["a Host with a fragment", upgradeHead("/ws/ada", { Host: "localhost#" }), 400],
  ["a Host with an impossible port", upgradeHead("/ws/ada", { Host: "localhost:99999" }), 400],
  ["a Host with an impossible address", upgradeHead("/ws/ada", { Host: "1.2.3.256" }), 400],
  ["a Host with an impossible address in brackets", upgradeHead("/ws/ada", { Host: "[:::1]" }), 400],
];

/** A `publish`, with changes. */
const publish = (changes: Record<string, unknown>) =>
  JSON.stringify({ type: "publish", ref: "x", room: "lobby", nonce: "n", text: "hi", ...changes });
/** An `edit` and a `react`, with changes. */
const edit = (changes: Record<string, unknown>) => {
  const command = { type: "edit", ref: "x", room: "lobby", nonce: "n", target: 1, version: 0, text: "hi", ...changes };
  return JSON.stringify(command);
};
const react = (changes: Record<string, unknown>) => {
  const command = { type: "react", ref: "x", room: "lobby", nonce: "n", target: 1, emoji: "👍", on: true, ...changes };
  return JSON.stringify(command);
};
const remove = (changes: Record<string, unknown>) =>
  JSON.stringify({ type: "delete", ref: "x", room: "lobby", nonce: "n", target: 1, ...changes });
const reactors = (changes: Record<string, unknown>) =>
  JSON.stringify({ type: "reactors", ref: "x", room: "lobby", target: 1, emoji: "👍", ...changes });
const invite = (changes: Record<string, unknown>) =>
  JSON.stringify({ type: "invite", ref: "x", room: "lobby", ...changes });
const bot = (changes: Record<string, unknown>) => JSON.stringify({ type: "bot", ref: "x", name: "ci", ...changes });
const report = (changes: Record<string, unknown>) =>
  JSON.stringify({ type: "report", ref: "x", room: "lobby", target: 1, ...changes });
const purge = (changes: Record<string, unknown>) =>
  JSON.stringify({ type: "purge", ref: "x", room: "lobby", id: "k-1", sinceMs: 1, ...changes });
const rooms = (changes: Record<string, unknown>) => JSON.stringify({ type: "rooms", ref: "x", ...changes });
const hello = (features: unknown) => JSON.stringify({ type: "hello", ref: "x", features });
const rename = (name: unknown) => JSON.stringify({ type: "rename", ref: "x", name });
const join = (after: unknown) => JSON.stringify({ type: "join", ref: "x", room: "lobby", after });
const history = (changes: Record<string, unknown>) =>
  JSON.stringify({ type: "history", ref: "x", room: "lobby", ...changes });

/** Lines that are answered with an error: what is sent, its code, and the `ref` in the reply. */
const LINES: [name: string, line: string, code: ErrorCode, ref?: string][] = [
  ["no JSON", "hello", "bad_json"],
  ["half an object", '{"type":"ping","ref":"x"', "bad_json"],
  ["two objects in a line", '{"type":"ping","ref":"x"}{"type":"ping","ref":"y"}', "bad_json"],
  ["a string", '"ping"', "bad_json"],
  ["a number", "1", "bad_json"],
  ["null", "null", "bad_json"],
  ["an array", '[{"type":"ping","ref":"x"}]', "bad_json"],
  ["single quotes", "{'type':'ping','ref':'x'}", "bad_json"],
  ["NUL characters", '{"type":"ping","ref":"x"}\u0000', "bad_json"],
  ["a byte order mark within the line", `{"type":"ping",\uFEFF"ref":"x"}`, "bad_json"],
  ["five levels", '{"type":"ping","ref":"x","a":{"b":{"c":{"d":1}}}}'.replace("1", "{}"), "bad_json", "x"],
  ["20,000 levels", `{"type":"ping","ref":"x","a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, "bad_json", "x"],
  ["17 entries", JSON.stringify({ type: "ping", ref: "x", ...Array(15).fill(1) }), "bad_json", "x"],
  ["an array of 17", JSON.stringify({ type: "ping", ref: "x", a: Array(17).fill(0) }), "bad_json", "x"],
  ["no type", '{"ref":"x"}', "unknown_type", "x"],
  ["an unknown type", '{"type":"shout","ref":"x"}', "unknown_type", "x"],
  ["a reply's type", '{"type":"ok","ref":"x"}', "unknown_type", "x"],
  ["the type constructor", '{"type":"constructor","ref":"x"}', "unknown_type", "x"],
  ["the type __proto__", '{"type":"__proto__","ref":"x"}', "unknown_type", "x"],
  ["the type toString", '{"type":"toString","ref":"x"}', "unknown_type", "x"],
  ["a type in an array", '{"type":["ping"],"ref":"x"}', "unknown_type", "x"],
  ["a type that cannot become a text", '{"type":{"toString":1,"valueOf":1},"ref":"x"}', "unknown_type", "x"],
  ["a type in the wrong case", '{"type":"Ping","ref":"x"}', "unknown_type", "x"],
  ["fields by way of __proto__", '{"__proto__":{"type":"ping","ref":"x"}}', "unknown_type"],
  ["fields by way of constructor", '{"constructor":{"prototype":{"type":"ping"}},"ref":"x"}', "unknown_type", "x"],
  ["a ref by way of __proto__", '{"type":"ping","__proto__":{"ref":"x"}}', "bad_command"],
  ["no ref", '{"type":"ping"}', "bad_command"],
  ["an empty ref", '{"type":"ping","ref":""}', "bad_command"],
  ["a ref of 33 characters", `{"type":"ping","ref":"${"x".repeat(33)}"}`, "bad_command"],
  ["a number for ref", '{"type":"ping","ref":1}', "bad_command"],
  ["null for ref", '{"type":"ping","ref":null}', "bad_command"],
  ["no room", '{"type":"join","ref":"x"}', "bad_command", "x"],
  ["a room in capitals", '{"type":"join","ref":"x","room":"Lobby"}', "bad_command", "x"],
  ["a room of 65 characters", `{"type":"join","ref":"x","room":"${"a".repeat(65)}"}`, "bad_command", "x"],
  ["an empty room", '{"type":"leave","ref":"x","room":""}', "bad_command", "x"],
  ["a room called __proto__", '{"type":"join","ref":"x","room":"__proto__"}', "bad_command", "x"],
  ["a room in an array", '{"type":"join","ref":"x","room":["lobby"]}', "bad_command", "x"],
  ["a room with a newline", '{"type":"join","ref":"x","room":"lobby\\n"}', "bad_command", "x"],
  ["a position that is null", join(null), "bad_command", "x"],
  ["a position that is a number", join(5), "bad_command", "x"],
  ["a position without epoch", join({ seq: 1 }), "bad_command", "x"],
  ["a position without seq", join({ epoch: "e" }), "bad_command", "x"],
  ["a negative position", join({ epoch: "e", seq: -1 }), "bad_command", "x"],
  ["half a position", join({ epoch: "e", seq: 1.5 }), "bad_command", "x"],
  ["a position in words", join({ epoch: "e", seq: "1" }), "bad_command", "x"],
  ["a position beyond all numbers", join({ epoch: "e", seq: 2 ** 53 }), "bad_command", "x"],
  ["an infinite position", join({ epoch: "e", seq: 1 }).replace("1", "1e999"), "bad_command", "x"],
  ["an endless epoch", join({ epoch: "e".repeat(65), seq: 1 }), "bad_command", "x"],
  ["history before and after a place", history({ before: 9, after: 1 }), "bad_command", "x"],
  ["history of a thread after a place", history({ thread: 9, after: 1 }), "bad_command", "x"],
  ["history after a negative place", history({ after: -1 }), "bad_command", "x"],
  ["no nonce", publish({ nonce: undefined }), "bad_command", "x"],
  ["an empty nonce", publish({ nonce: "" }), "bad_command", "x"],
  ["a number for a nonce", publish({ nonce: 7 }), "bad_command", "x"],
  ["a nonce of 65 characters", publish({ nonce: "n".repeat(65) }), "bad_command", "x"],
  ["a nonce with half a character", publish({ nonce: "\ud83d" }), "bad_command", "x"],
  ["no text", publish({ text: undefined }), "bad_command", "x"],
  ["a number for a text", publish({ text: 7 }), "bad_command", "x"],
  ["an object for a text", publish({ text: { toString: "x" } }), "bad_command", "x"],
  ["an empty text", publish({ text: "" }), "bad_command", "x"],
  ["a text of white space", publish({ text: " \t\n\r\u00a0\u2003\u3000\ufeff" }), "bad_command", "x"],
  ["a text with a lone surrogate", publish({ text: "a\ud800b" }), "bad_command", "x"],
  ["a text with surrogates the wrong way round", publish({ text: "\udc00\ud800" }), "bad_command", "x"],
  ["a text of 4,001 characters", publish({ text: "x".repeat(limits.TEXT_CHARACTERS + 1) }), "bad_command", "x"],
  ["a text of 4,001 wide characters", publish({ text: "😀".repeat(limits.TEXT_CHARACTERS + 1) }), "bad_command", "x"],
  ["a text beyond twice the limit", publish({ text: "x".repeat(2 * limits.TEXT_CHARACTERS + 1) }), "bad_command", "x"],
  ["history before nothing", history({ before: 0 }), "bad_command", "x"],
  ["history before half", history({ before: 0.5 }), "bad_command", "x"],
  ["history before null", history({ before: null }), "bad_command", "x"],
  ["history of no message", history({ limit: 0 }), "bad_command", "x"],
  ["history of 101 messages", history({ limit: limits.PAGE_MESSAGES + 1 }), "bad_command", "x"],
  ["a position with half an ordinal", join({ epoch: "e", seq: 1, ordinal: 0.5 }), "bad_command", "x"],
  ["a position with a negative ordinal", join({ epoch: "e", seq: 1, ordinal: -1 }), "bad_command", "x"],
  ["an answer to nothing", publish({ reply: 0 }), "bad_command", "x"],
  ["an answer to a nonce", publish({ reply: "n" }), "bad_command", "x"],
  ["an answer that is null", publish({ reply: null }), "bad_command", "x"],
  ["mentions in a text", publish({ mentions: "ada" }), "bad_command", "x"],
  ["mentions in an object", publish({ mentions: { length: 1, 0: "ada" } }), "bad_command", "x"],
  ["a mention of no id", publish({ mentions: [""] }), "bad_command", "x"],
  ["a mention of a number", publish({ mentions: [7] }), "bad_command", "x"],
  ["a mention of what cannot be an id", publish({ mentions: ["ada", "a/b"] }), "bad_command", "x"],
  ["a mention that nobody sees", publish({ mentions: ["a\u200bda"] }), "bad_command", "x"],
  ["a mention of half a character", publish({ mentions: ["\ud83d"] }), "bad_command", "x"],
  ["17 mentions", publish({ mentions: Array.from({ length: 17 }, (_, n) => `m${n}`) }), "bad_json", "x"],
  ["a change of nothing", edit({ target: undefined }), "bad_command", "x"],
  ["a change of two messages", edit({ targetNonce: "n-1" }), "bad_command", "x"],
  ["a change of message 0", react({ target: 0 }), "bad_command", "x"],
  ["a change of half a message", remove({ target: 1.5 }), "bad_command", "x"],
  ["a change of a message in words", remove({ target: "1" }), "bad_command", "x"],
  ["a change of an empty nonce", react({ target: undefined, targetNonce: "" }), "bad_command", "x"],
  ["a change of an endless nonce", react({ target: undefined, targetNonce: "n".repeat(65) }), "bad_command", "x"],
  ["a change without a nonce", react({ nonce: undefined }), "bad_command", "x"],
  ["an edit of no version", edit({ version: undefined }), "bad_command", "x"],
  ["an edit of version -1", edit({ version: -1 }), "bad_command", "x"],
  ["an edit without a text", edit({ text: undefined }), "bad_command", "x"],
  ["an edit to nothing that can be seen", edit({ text: " \u200b" }), "bad_command", "x"],
  ["an edit to 4,001 characters", edit({ text: "x".repeat(limits.TEXT_CHARACTERS + 1) }), "bad_command", "x"],
  ["a deletion for an empty reason", remove({ reason: "" }), "bad_command", "x"],
  ["a deletion for 201 characters", remove({ reason: "x".repeat(limits.REASON_CHARACTERS + 1) }), "bad_command", "x"],
  ["a reaction with nothing", react({ emoji: undefined }), "bad_command", "x"],
  ["a reaction with a word", react({ emoji: "yes" }), "bad_command", "x"],
  ["a reaction with two emoji", react({ emoji: "👍👍" }), "bad_command", "x"],
  ["a reaction with __proto__", react({ emoji: "__proto__" }), "bad_command", "x"],
  ["a reaction that is perhaps on", react({ on: undefined }), "bad_command", "x"],
  ["a reaction that is on in words", react({ on: "true" }), "bad_command", "x"],
  ["a deletion of what is another's", remove({}), "needs_proof", "x"],
  ["a reaction to what is not there", react({ target: 1_000 }), "no_such_message", "x"],
  ["whoever reacted to nothing", reactors({ target: undefined }), "bad_command", "x"],
  ["whoever reacted with a word", reactors({ emoji: "yes" }), "bad_command", "x"],
  ["whoever reacted behind no id", reactors({ after: "a/b" }), "bad_command", "x"],
  ["whoever reacted in a room not joined", reactors({ room: "other" }), "not_joined", "x"],
  ["an invitation to own a room", invite({ role: "owner" }), "bad_command", "x"],
  ["an invitation for nobody", invite({ uses: 0 }), "bad_command", "x"],
  ["an invitation for everybody", invite({ uses: 1_001 }), "bad_command", "x"],
  ["an invitation until no time", invite({ untilMs: -1 }), "bad_command", "x"],
  ["a redeem without a secret", invite({ type: "redeem", nonce: "n" }), "bad_command", "x"],
  ["a redeem without a nonce", invite({ type: "redeem", secret: "s" }), "bad_command", "x"],
  ["a report of nothing", report({ target: undefined }), "bad_command", "x"],
  ["a report with an empty reason", report({ reason: "" }), "bad_command", "x"],
  ["a report with too long a reason", report({ reason: "x".repeat(201) }), "bad_command", "x"],
  ["a report with a reason that turns the line around", report({ reason: "x\u202e" }), "bad_command", "x"],
  ["a report with NUL in its reason", report({ reason: "x\0y" }), "bad_command", "x"],
  ["a deletion for a reason of two lines", remove({ reason: "x\ny" }), "bad_command", "x"],
  ["reports before no message", report({ type: "reports", before: 0 }), "bad_command", "x"],
  ["a destroy that names another room", report({ type: "destroy", nonce: "n", again: "tea" }), "bad_command", "x"],
  ["a destroy that names the room once", report({ type: "destroy", nonce: "n" }), "bad_command", "x"],
  ["a pin of a text", report({ type: "pin", nonce: "n", target: "1" }), "bad_command", "x"],
  ["a pin of nothing", report({ type: "pin", nonce: "n", target: undefined }), "bad_command", "x"],
  ["a pin without a nonce", report({ type: "pin" }), "bad_command", "x"],
  ["an audit before nothing", report({ type: "audit", before: 0 }), "bad_command", "x"],
  ["a resolve of nothing", report({ type: "resolve", target: "1" }), "bad_command", "x"],
  ["a purge of nobody", purge({ id: "" }), "bad_command", "x"],
  ["a purge of no time", purge({ sinceMs: 0 }), "bad_command", "x"],
  ["a purge of more than a day", purge({ sinceMs: 86_400_001 }), "bad_command", "x"],
  ["a bot without a name", bot({ name: "" }), "bad_command", "x"],
  ["a bot whose name looks like another one", bot({ name: "Ci" }), "bad_command", "x"],
  ["a bot with a long name", bot({ name: "c".repeat(31) }), "bad_command", "x"],
  ["a bot with the id of what is done at a terminal", bot({ name: "operator" }), "bad_command", "x"],
  ["a bot for no room", bot({ rooms: [""] }), "bad_command", "x"],
  ["a bot for a star in the middle", bot({ rooms: ["a*b"] }), "bad_command", "x"],
  ["a bot that may do everything", bot({ may: "own" }), "bad_command", "x"],
  ["an unbot of nothing", bot({ type: "unbot", name: null }), "bad_command", "x"],
  ["an uninvite of nothing", invite({ type: "uninvite", invite: "" }), "bad_command", "x"],
  [
    "rooms with more in them than in a title",
    rooms({ query: "x".repeat(limits.TITLE_CHARACTERS + 1) }),
    "bad_command",
    "x",
  ],
  ["a room with nobody", '{"type":"dm","ref":"x"}', "bad_command", "x"],
  ["a room with what is no id", '{"type":"dm","ref":"x","id":"a/b"}', "bad_command", "x"],
  ["rooms that are not one's own", rooms({ mine: false }), "bad_command", "x"],
  ["rooms with nothing in them", rooms({ query: "" }), "bad_command", "x"],
  ["rooms behind a name", rooms({ after: "lobby" }), "bad_command", "x"],
  ["rooms behind no time", rooms({ after: { room: "lobby" } }), "bad_command", "x"],
  ["rooms behind what is no room", rooms({ after: { room: "a/b", ts: 1 } }), "bad_command", "x"],
  ["the thread of nothing", history({ thread: 0 }), "bad_command", "x"],
  ["features in a text", hello("changes"), "bad_command", "x"],
  ["a feature without a name", hello([""]), "bad_command", "x"],
  ["a feature of 33 characters", hello(["x".repeat(33)]), "bad_command", "x"],
  ["history of some messages", history({ limit: "some" }), "bad_command", "x"],
  ["no name", rename(undefined), "bad_command", "x"],
  ["a number for a name", rename(7), "bad_command", "x"],
  ["an empty name", rename(""), "bad_command", "x"],
  ["a text of control characters", publish({ text: "\u0000\u0007" }), "bad_command", "x"],
  ["a name of white space", rename(" \t\u2003"), "bad_command", "x"],
  ["a name of control characters", rename("\u0000\u0007\u001b"), "bad_command", "x"],
  ["a name of invisible characters", rename("\u200b\u200d\u2060\ufeff\u00ad"), "bad_command", "x"],
  ["a name that turns the writing round", rename("Ada\u202ecod.exe"), "bad_command", "x"],
  ["a name that isolates", rename("\u2066Ada\u2069"), "bad_command", "x"],
  ["a name of 33 characters", rename("x".repeat(limits.NAME_GRAPHEMES + 1)), "bad_command", "x"],
  ["a name of marks without end", rename(`Z${"\u0300".repeat(200)}`), "bad_command", "x"],
  ["a name with half a character", rename("A\ud800"), "bad_command", "x"],
  ["a name only of marks", rename("\u0301\u0302"), "bad_command", "x"],
  ["typing without a room", '{"type":"typing","ref":"x"}', "bad_command", "x"],
  ["typing in a room not joined", '{"type":"typing","room":"other"}', "not_joined"],
  ["a second hello with a key too long", `{"type":"hello","ref":"x","key":"${"k".repeat(257)}"}`, "bad_command", "x"],
  ["too many lines", '{"type":"ping","ref":"x"}\n'.repeat(limits.FRAME_IN_LINES + 1), "too_many_lines"],
];

/** What is not quite usual, and right all the same: what is sent, and the type of the reply. */
const FINE: [name: string, line: string, type: string][] = [
  ["unknown fields", '{"type":"ping","ref":"x","extra":[1,{"a":null}]}', "pong"],
  ["blanks", ' { "type" : "ping" , "ref" : "x" } ', "pong"],
  ["a ref of 32 characters", `{"type":"ping","ref":"${"x".repeat(32)}"}`, "pong"],
  ["four levels and 16 entries", JSON.stringify({ type: "ping", ref: "x", a: [[Array(16).fill(0)]] }), "pong"],
  ["a room called constructor", '{"type":"join","ref":"x","room":"constructor"}', "joined"],
  ["the longest text", publish({ text: "😀".repeat(limits.TEXT_CHARACTERS) }), "ok"],
  ["a text with control characters", publish({ text: "\u0000\u0001\u202e!" }), "ok"],
  ["a byte order mark before the line", `\uFEFF${publish({})}`, "ok"],
  ["a CR behind the line", `${publish({})}\r`, "ok"],
  ["a ref of 32 characters outside the BMP", `{"type":"ping","ref":"${"😀".repeat(32)}"}`, "pong"],
  ["a text that looks like code", publish({ text: '<script>alert("x")</script>${1}' }), "ok"],
  ["16 mentions, and some twice", publish({ mentions: [...Array(8).fill("ada"), ...Array(8).fill("7")] }), "ok"],
  ["a mention of a person that cannot come yet", publish({ mentions: ["t-ada"] }), "ok"],
  ["no mention, in a list", publish({ mentions: [] }), "ok"],
  ["a change of a message that is not there yet", react({ target: 2 ** 53 - 1 }), "error"],
  ["whoever reacted to what is not there", reactors({}), "reactors"],
  ["the thread of what is not there", history({ thread: 1_000 }), "history"],
  ["rooms behind one that never was", rooms({ after: { room: "gone", ts: 1 } }), "rooms"],
  ["rooms with a hyphen", rooms({ query: "-" }), "rooms"],
  ["rooms with what SQL would obey", rooms({ query: "%' OR 1 --\u0000" }), "rooms"],
  ["the longest nonce", publish({ nonce: "n".repeat(64) }), "ok"],
  ["the longest name", rename("x".repeat(limits.NAME_GRAPHEMES)), "ok"],
  ["a name of families", rename("👩‍👩‍👧".repeat(10)), "ok"],
  ["a name from right to left", rename("עדה"), "ok"],
  ["__proto__ with a value of its own", '{"type":"ping","ref":"x","__proto__":{"polluted":1}}', "pong"],
];

/**
 * Frames that close the connection: payload, options, and the code. Where it breaks the rules of WebSocket itself, the code is
 * what `GUARD=on` says; `Deno.serve` cuts the line without a word.
 */
const FRAMES: [name: string, payload: string | Uint8Array, options: FrameOptions, code: number][] = [
  ["a binary frame", new Uint8Array([1]), { opcode: 2 }, 1003],
  ["a frame over 64 KiB", "x".repeat(limits.FRAME_IN_BYTES + 1), {}, 1009],
  ["a frame over 64 KiB in wide characters", "€".repeat(limits.FRAME_IN_BYTES / 3 + 1), {}, 1009],
  ["text that is no UTF-8", new Uint8Array([0xff, 0xfe]), {}, 1007],
  ["an unknown opcode", "x", { opcode: 3 }, 1002],
  ["a reserved bit", "x", { reserved: 4 }, 1002],
  ["the rest of nothing", "x", { opcode: 0 }, 1002],
  ["a ping in two parts", "x", { opcode: 9, final: false }, 1002],
  ["a ping that is too long", "x".repeat(126), { opcode: 9 }, 1002],
];

for (const [name, head, status] of REQUESTS) {
  Deno.test(`a request for a socket is refused with ${status}: ${name}`, async () => {
    await using server = startServer();
    const response = await RawPeer.request(server.port, head);
    assertEquals(response.status, status);
    assert(!head.startsWith("GET") || response.body.length > 10, "it says what is allowed");
    assert(!/\bat \w|\.ts\b|Error:/.test(response.body), `nothing internal is told: ${response.body}`);
    await using client = await PlainClient.open(server, "other");
    client.send("still here");
    await client.untilCount(1);
  });
}

for (const [name, line, code, ref] of LINES) {
  Deno.test(`a line is answered with ${code}: ${name}`, async () => {
    await using server = startServer();
    await using bob = await ChatClient.open(server, "bob", "lobby");
    await using ada = await ChatClient.open(server, "ada", "lobby");
    await ada.settled();
    const before = ada.lines.length;
    ada.send(line);
    await ada.publish("lobby", "and on");
    const errors = ada.lines.slice(before).filter((sent) => sent.type === "error");
    assertEquals(errors.map((error) => [error.code, error.ref]), [[code, ref]]);
    assert(errors[0]!.message.length > 5);
    assertEquals((await bob.untilSeq("lobby", 1)).map(({ text }) => text), ["and on"], "it had no effect");
  });
}

for (const [name, line, type] of FINE) {
  Deno.test(`a line is carried out although it is unusual: ${name}`, async () => {
    await using server = startServer();
    await using ada = await ChatClient.open(server, "ada", "lobby");
    ada.send(line);
    assertEquals((await ada.reply(JSON.parse(line.replace(/^\uFEFF/, "")).ref)).type, type);
    assertEquals(({} as { polluted?: unknown }).polluted, undefined);
  });
}

for (const [name, payload, options, code] of FRAMES) {
  Deno.test(`a frame ends the connection with ${code}: ${name}`, async () => {
    await using server = startServer();
    await using bob = await ChatClient.open(server, "bob", "lobby");
    const cut = listener() === "plain" && (code === 1002 || code === 1007);
    for (const subprotocol of [undefined, "chat.v1"]) {
      using peer = await RawPeer.open(server.port, "/ws/raw", subprotocol);
      await peer.send(payload, options);
      assertEquals(await peer.readClose(), cut ? undefined : code);
    }
    await bob.publish("lobby", "still here");
    await bob.untilSeq("lobby", 1);
  });
}

Deno.test("a frame of just 64 KiB is taken, in whatever characters", async () => {
  await using server = startServer();
  for (const filler of ["x", "é", "€", "😀"]) {
    await using ada = await ChatClient.open(server, `a${filler.length}`);
    const line = '{"type":"ping","ref":"x","extra":""}';
    const room = limits.FRAME_IN_BYTES - line.length;
    const bytes = new TextEncoder().encode(filler).length;
    const extra = filler.repeat(Math.floor(room / bytes)) + "x".repeat(room % bytes);
    ada.send(line.replace('""', `"${extra}"`));
    assertEquals((await ada.reply("x")).type, "pong");
  }
});

Deno.test("ten bad commands close the connection with 1008, each answered, and hurt nobody else", async () => {
  await using server = startServer({ clock: new FakeClock() });
  await using bob = await ChatClient.open(server, "bob", "lobby");
  for (const inOneGo of [true, false]) {
    await using ada = await ChatClient.open(server, "ada", "lobby");
    for (let sent = 1; sent <= limits.STRIKES; sent++) {
      ada.send("bad");
      if (!inOneGo) await ada.until(() => ada.all("error").length === sent);
      if (!inOneGo && sent < limits.STRIKES) await ada.settled();
    }
    assertEquals((await ada.closed).code, 1008);
    assertEquals(ada.all("error").length, limits.STRIKES);
  }
  await bob.publish("lobby", "still here");
});

Deno.test("frames of nothing are held to the rate like commands", async () => {
  await using server = startServer({ clock: new FakeClock() });
  await using ada = await ChatClient.open(server, "ada");
  const blank = "\n".repeat(1_000);
  for (let sent = 0; sent < limits.COMMAND_BURST + limits.UNHEARD_REFUSALS + 2 * limits.STRIKES; sent++) {
    ada.send(blank);
  }
  assertEquals((await ada.closed).code, 1008);
});

Deno.test("frames of nothing but empty lines are ignored", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada");
  for (const frame of ["", "\n", " \n\t\n"]) ada.send(frame);
  await ada.settled();
  assertEquals(ada.all("error"), []);
});

Deno.test("an origin that is not among those allowed is refused, and others and programs are not", async () => {
  await using server = startServer({ origins: ["https://chat.example"] });
  const statusFor = async (origin: string | null) => {
    using peer = await RawPeer.connect(server.port);
    await peer.write(upgradeHead("/ws/ada", { Origin: origin }));
    return (await peer.readResponse()).status;
  };
  assertEquals(await statusFor("https://chat.example"), 101);
  assertEquals(await statusFor(null), 101);
  for (const origin of ["https://evil.example", "http://chat.example", "null", "https://chat.example.evil.example"]) {
    assertEquals(await statusFor(origin), 403);
  }
});

Deno.test("chat.v1 is found in a list of subprotocols, with blanks or without", async () => {
  await using server = startServer();
  for (const list of ["chat.v1", "other, chat.v1", "chat.v1,other", "other,chat.v1"]) {
    using peer = await RawPeer.connect(server.port);
    await peer.write(upgradeHead("/ws/ada", { "Sec-WebSocket-Protocol": list }));
    const { status, headers } = await peer.readResponse();
    assertEquals([status, headers.get("sec-websocket-protocol")], [101, "chat.v1"], list);
  }
});

Deno.test("Upgrade and Connection are read as they may be written", async () => {
  await using server = startServer();
  const ways = [["Upgrade", "WebSocket"], ["Connection", "keep-alive, Upgrade"], ["Connection", "upgrade"]] as const;
  for (const [header, value] of ways) {
    using peer = await RawPeer.connect(server.port);
    await peer.write(upgradeHead("/ws/ada", { [header]: value }));
    assertEquals((await peer.readResponse()).status, 101);
  }
});
