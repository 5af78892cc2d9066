/** `chat/protocol.md` against the code: its examples, its figures and its tables. @module */

import { idOfKey, readId } from "../../chat/wire/identity.ts";
import * as limits from "../../chat/limits.ts";
import { BOTS } from "../../chat/log/bounds.ts";
import { changeCommands } from "../../chat/commands/changes.ts";
import { plainLine } from "../../chat/dialect/plain_text.ts";
import { CloseCode } from "../../chat/wire/close.ts";
import {
  GIVEN_SEARCHED,
  INVITES_PER_ROOM,
  NAMES_SEARCHED,
  PLACES_SEARCHED,
  REPORTS_KEPT_MS,
  REPORTS_PER_MESSAGE,
  REPORTS_PER_ROOM,
} from "../../chat/stores/bounds.ts";
import { decodeCommand } from "../../chat/wire/decode.ts";
import { Invalid } from "../../chat/wire/invalid.ts";
import { encode, type Push } from "../../chat/wire/lines.ts";
import { ROOM_PATTERN } from "../../chat/wire/names.ts";
import * as clientLimits from "../../static/client/limits.js";
import { FURTHER } from "../../static/client/further_lines.js";
import { decodeFrame as decode, readable, SUBPROTOCOL } from "../../static/client/lines.js";
import * as pageLimits from "../../static/limits.js";
import { assert, assertEquals, assertExists, assertGreater, assertThrows } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";

/** As the page does. */
const decodeFrame = (frame: string) => decode(frame, readable(FURTHER));

const page = await Deno.readTextFile(new URL("../../chat/protocol.md", import.meta.url));
const events = await Deno.readTextFile(new URL("../../chat/event/event.ts", import.meta.url));
const source = await Deno.readTextFile(new URL("../../chat/wire/lines.ts", import.meta.url));

/** The lines of all blocks that are marked so. */
function examples(mark: string): string[] {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`json ${mark}\n([^]*?)^\`\`\``, "gm"))];
  return blocks.flatMap(([, block]) => block!.trim().split("\n"));
}

/** The rows of the table whose head begins so, each as its cells. */
function table(head: string): string[][] {
  const [, rows = ""] = page.split(`${head}`)[1]?.match(/^[^\n]*\n\|[-| ]+\|\n([^]*?)\n\n/) ?? [];
  return rows.split("\n").map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The vectors of all blocks that are marked so. */
function vectors<T>(mark: string): T[] {
  const lines = examples(mark);
  assertGreater(lines.length, 4);
  return lines.map((line) => JSON.parse(line));
}

const quoted = (text: string) => Array.from(text.matchAll(/`([^`]+)`/g), ([, word]) => word!);

Deno.test("every example of a command is decoded as it is written", () => {
  const lines = examples("up");
  assertGreater(lines.length, 10);
  for (const line of lines) assertEquals(JSON.parse(JSON.stringify(decodeCommand(line))), JSON.parse(line));
});

Deno.test("there is an example of every command", () => {
  const { message } = assertThrows(() => decodeCommand('{"type":"?","ref":"1"}'), Error);
  const expected = message.slice(message.indexOf("one of ") + "one of ".length).split(", ");
  assertEquals(new Set(examples("up").map((line) => JSON.parse(line).type)), new Set(expected));
});

Deno.test("every example of what the server sends is taken by the browser as it is written", () => {
  const lines = examples("down");
  assertGreater(lines.length, 12);
  assertEquals(decodeFrame(lines.join("\n")), lines.map((line) => JSON.parse(line)));
  for (const line of lines) assertEquals(encode(JSON.parse(line) as Push), line);
});

Deno.test("no control character comes in a line as it is, and each comes back", () => {
  const text = Array.from({ length: 0xa1 }, (_, code) => String.fromCharCode(code)).join("") + "\u2028";
  const push: Push = {
    type: "message",
    room: "lobby",
    seq: 1,
    id: "7",
    name: "Ada",
    text,
    ts: 0,
    nonce: text.slice(0x7f),
  };
  const line = encode(push);
  assert(!/\p{Cc}/u.test(line));
  assertEquals(decodeFrame(line)[0], push);
});

Deno.test("there is an example of everything that the server sends", () => {
  const sent = source.slice(source.indexOf("export type Reply"), source.indexOf("/** Why a command was refused."));
  const expected = Array.from(sent.matchAll(/type: "(\w+)"/g), ([, type]) => type!);
  const events = examples("down").map((line) => JSON.parse(line));
  assertEquals(new Set(events.map(({ type }) => type)), new Set([...expected, "message", "change"]));
  const kinds = events.filter(({ type }) => type === "change").map(({ kind }) => kind);
  assertEquals(new Set(kinds), new Set([...Object.keys(changeCommands), "settings", "member"]));
});

Deno.test("the browser passes over lines that it does not know or cannot use, and takes the others", () => {
  const good = { type: "typing", room: "lobby", id: "9" };
  const bad = ["{", "[]", "null", '"typing"', '{"type":"typing"}', '{"type":"constructor"}', '{"type":"new","x":1}'];
  const newer = { ...good, extra: 1 };
  assertEquals<unknown[]>(decodeFrame([...bad, JSON.stringify(newer), "", ...bad].join("\n")), [newer]);
  assertEquals(SUBPROTOCOL, "chat.v1");
});

Deno.test("the example of a key and its id is right", async () => {
  const rows = table("| key | id |");
  assertEquals(rows.length, 1);
  const [[key], [id]] = [quoted(rows[0]![0]!), quoted(rows[0]![1]!)];
  assertEquals(await idOfKey(key!), id);
  assertEquals(readId(id!), id);
});

Deno.test("plain sockets show what the page says", () => {
  for (const { id, text, shown } of vectors<{ id: string; text: string; shown: string }>("plain")) {
    assertEquals(plainLine({ seq: 1, id, name: "", text, ts: 0 }), shown);
  }
});

Deno.test("names become what the page says, or are refused", () => {
  for (const { name, shown } of vectors<{ name: string; shown?: string }>("name")) {
    const read = () => decodeCommand(JSON.stringify({ type: "rename", ref: "1", name }));
    if (shown === undefined) assertThrows(read, Error, '"name" must');
    else assertEquals(read(), { type: "rename", ref: "1", name: shown });
  }
});

Deno.test("emoji are taken as they are, or refused, as the page says", () => {
  for (const { emoji, taken } of vectors<{ emoji: string; taken: boolean }>("emoji")) {
    const command = { type: "react", ref: "1", room: "lobby", nonce: "n", target: 1, emoji, on: true };
    const read = () => JSON.parse(JSON.stringify(decodeCommand(JSON.stringify(command))));
    if (taken) assertEquals(read(), command);
    else assertThrows(read, Error, '"emoji" must');
  }
});

Deno.test("ids become what the page says, or are refused, and those that are free are taken by both dialects", async () => {
  await using server = startServer();
  for (const { path, id } of vectors<{ path: string; id?: string }>("id")) {
    const read = () => readId(path.slice("/ws/".length));
    if (id === undefined) {
      assertThrows(read, Invalid);
      const { status, body } = await RawPeer.request(server.port, upgradeHead(path));
      assertEquals([path, status], [path, 400], body);
      continue;
    }
    assertEquals(read(), id);
    await using chat = await ChatClient.connect(server, "", path);
    assertEquals((await chat.ask({ type: "hello" }, "welcome")).id, id);
    await chat.join("ids");
    await using plain = await PlainClient.at(server, `${path}?room=ids`);
    plain.send("hello");
    assertEquals(await plain.untilCount(1), [`Client #${id} says: hello`]);
    assertEquals((await chat.push("message")).id, id);
  }
});

Deno.test("the table of close codes has every code that the server sends, and no other", () => {
  const listed = table("| code | meaning | what a client does |").map(([code]) => Number(code));
  const sent = new Set<number>(Object.values(CloseCode).map(({ code }) => code));
  assertEquals(new Set(listed.filter((code) => code !== 1000 && code !== 1006)), sent);
  assertEquals(new Set(listed).size, listed.length);
});

Deno.test("a close reason fits into a close frame", () => {
  for (const { reason } of Object.values(CloseCode)) assert(new TextEncoder().encode(reason).length <= 123);
});

Deno.test("the table of error codes has every code, and no other", () => {
  const listed = table("| code | meaning | the command |").flatMap(([codes]) => quoted(codes!));
  const type = source.slice(source.indexOf("export type ErrorCode"), source.indexOf("/** Gives a reply"));
  const decided = events.slice(events.indexOf("export type EventRefusal"), events.indexOf("/** What a store looks up"));
  const codes = [type, decided].flatMap((source) => Array.from(source.matchAll(/"(\w+)"/g), ([, code]) => code!));
  assertEquals(new Set(listed), new Set(codes));
});

/** Every figure of the page: the words around it, and what it must be. */
const FIGURES: [RegExp, ...number[]][] = [
  [/1 to (\d+) of `a-z 0-9 -`, none of them a `-` at an end/, limits.BOT_NAME_CHARACTERS],
  [/at most (\d+) rooms that it is for/, limits.BOT_ROOMS],
  [/At most (\d+) bots are kept/, BOTS],
  [/Alertmanager send, of at most ([\d,]+) bytes/, limits.HOOK_BYTES],
  [/there is a bot of that name, or there are (\d+)/, BOTS],
  [/A frame's text has at most ([\d,]+) characters/, limits.TEXT_CHARACTERS],
  [/has at most ([\d,]+)\nbytes \(more: close 1009\) and (\d+) lines/, limits.FRAME_IN_BYTES, limits.FRAME_IN_LINES],
  [
    /An id, and an address, may ask (\d+) times at once and (\d+) times an hour\.\n\n```json up\n\{"type":"revoke"/,
    limits.REVOKES_PER_HOUR,
    limits.REVOKES_PER_HOUR,
  ],
  [
    /An id, and an address, may ask (\d+) times at once and (\d+) times an hour\. A server/,
    limits.ERASES_PER_HOUR,
    limits.ERASES_PER_HOUR,
  ],
  [
    /nests at\nmost (\d+) levels deep and no object or array in it has more than (\d+)/,
    limits.JSON_DEPTH,
    limits.JSON_KEYS,
  ],
  [/at most (\d+) of those who are more or less than guests/, limits.ROOM_PLACES_TOLD],
  [/the room has ([\d,]+) members, banned and muted ids/, limits.ROOM_PLACES],
  [/`title` \(at most (\d+) characters\), `topic` \(at most (\d+)\)/, limits.TITLE_CHARACTERS, limits.TOPIC_CHARACTERS],
  [/first command, within (\d+) seconds/, limits.HELLO_MS / 1000],
  [
    /with (\d+) characters for what surrounds each text, no more than ([\d,]+) characters/,
    limits.ENVELOPE_CHARACTERS,
    limits.REPLY_CHARACTERS,
  ],
  [/others see: 1 to (\d+) visible characters, at most (\d+) bytes/, limits.NAME_GRAPHEMES, limits.NAME_BYTES],
  [
    /The result MUST have 1 to (\d+) visible characters and at most (\d+) bytes/,
    limits.NAME_GRAPHEMES,
    limits.NAME_BYTES,
  ],
  [
    /new one has come within\s+(\d+) ms[^]*?at most (\d+) of them at once and (\d+)\s[^]*?more than (\d+) connections/,
    limits.PRESENCE_DELAY_MS,
    limits.FAREWELLS_BURST,
    limits.FAREWELLS_PER_S,
    limits.MEMBERS_LISTED,
  ],
  [/Then it MUST have 1 to (\d+) visible characters and at most (\d+) bytes/, limits.ID_GRAPHEMES, limits.ID_BYTES],
  [/a string of 1 to (\d+) characters that the client\nchooses/, limits.REF_CHARACTERS],
  [/made from, at most (\d+) characters/, limits.KEY_CHARACTERS],
  [/who the client is, at most ([\d,]+) characters/, limits.TOKEN_CHARACTERS],
  [/expires, at most (\d+) hours ahead/, limits.TOKEN_LIFE_MS / 3_600_000],
  [/at most (\d+) of `\{"room"/, limits.TOKEN_ROOMS],
  [/1 to ([\d,]+): how many may come in by it; default (\d+)/, limits.INVITE_USES_MOST, limits.INVITE_USES],
  [/default: in (\d+) days/, limits.INVITE_MS / 86_400_000],
  [/the room has (\d+) invitations that are not over/, INVITES_PER_ROOM],
  [/An id makes (\d+) invitations at once and (\d+) an hour/, limits.INVITES_PER_HOUR, limits.INVITES_PER_HOUR],
  [
    /two\]\(#dm\), (\d+) others members who had no place and (\d+) an hour after that \(an address (\d+)\)/,
    limits.MEMBERS_PER_HOUR,
    limits.MEMBERS_PER_HOUR,
    limits.ADDRESS_MEMBERS_PER_HOUR,
  ],
  [/and (\d+) reports at once and (\d+) an hour/, limits.REPORTS_PER_HOUR, limits.REPORTS_PER_HOUR],
  [/reports at once[^.]*an address (\d+)\./, limits.ADDRESS_REPORTS_PER_HOUR],
  [/what is wrong with it, (\d+) to (\d+) characters/, 1, limits.REASON_CHARACTERS],
  [
    /At most (\d+) reports of a message and\n(\d+) of a room are kept, and none for longer than (\d+) days/,
    REPORTS_PER_MESSAGE,
    REPORTS_PER_ROOM,
    REPORTS_KEPT_MS / 86_400_000,
  ],
  [/stand reported, the newest first, at most (\d+);/, limits.PAGE_REPORTS],
  [/how far back, in milliseconds, at most (\d+) hours/, limits.PURGE_MS / 3_600_000],
  [/A command deletes some ([\d,]+)/, limits.PURGE_MESSAGES],
  [/`changes` are the newest first, at most (\d+)/, limits.PAGE_AUDIT],
  [
    /A `report`, a `reports` and a `pin` take (\d+) token for reading, an `audit`, a `purge` and a `destroy` (\d+)/,
    limits.READ_PRICES.history,
    limits.READ_PRICES.resume,
  ],
  [
    /may begin (\d+) such rooms at once and (\d+) an hour after that, an address (\d+)/,
    limits.DIRECT_PER_HOUR,
    limits.DIRECT_PER_HOUR,
    limits.ADDRESS_DIRECT_PER_HOUR,
  ],
  [
    /are in; at most (\d+) times at once and (\d+) times a minute/,
    limits.PLACES_TOLD_PER_MIN,
    limits.PLACES_TOLD_PER_MIN,
  ],
  [/`query` \| optional \| 1 to (\d+) characters/, limits.TITLE_CHARACTERS],
  [/Of more than ([\d,]+) those that were made last[^]*?the last (\d+);/, PLACES_SEARCHED, GIVEN_SEARCHED],
  [/that is\namong the newest (\d+) messages/, NAMES_SEARCHED],
  [/for the last ([\d,]+) newcomers of all such rooms/, limits.ARRIVALS],
  [/may differ by (\d+) seconds/, limits.TOKEN_SKEW_MS / 1000],
  [/come (\d+) seconds after the old one has expired/, limits.TOKEN_GRACE_MS / 1000],
  [
    /proven has (\d+) commands at once and (\d+) a second[^]*?takes (\d+) messages and changes of messages at once and (\d+) a second/,
    limits.ID_COMMAND_BURST,
    limits.COMMANDS_PER_S,
    limits.ROOM_EVENT_BURST,
    limits.ROOM_EVENTS_PER_S,
  ],
  [/at most (\d+) rooms a connection/, limits.ROOMS_PER_CONNECTION],
  [/Without `after`: `messages` are the newest (\d+)/, limits.RECENT_MESSAGES],
  [/at most ([\d,]+) messages and ([\d,]+) changes since/, limits.REPLAY_MESSAGES, limits.REPLAY_CHANGES],
  [/the first up to (\d+) events in `messages`/, limits.PAGE_MESSAGES],
  [/An emoji\ncounts as (\d+) characters/, limits.REACTION_CHARACTERS],
  [/At most (\d+) names of up to (\d+) characters/, limits.FEATURES, limits.FEATURE_CHARACTERS],
  [/whom it calls, at most (\d+)/, limits.MENTIONS],
  [/`mentions` \| ids, at most (\d+)/, limits.MENTIONS],
  [/(\d+) to (\d+) characters for those who look into it/, 1, limits.REASON_CHARACTERS],
  [/at most (\d+) different ones at a message/, limits.EMOJI_PER_MESSAGE],
  [/the message has (\d+) different emoji already/, limits.EMOJI_PER_MESSAGE],
  [
    /`slowMs` \(at most ([\d,]+)\), `editWindowMs` \(at most ([\d,]+)\), `newcomerDelayMs` \(at most ([\d,]+)\)/,
    limits.SLOW_MS,
    limits.EDIT_MS,
    limits.NEWCOMER_DELAY_MS,
  ],
  [
    /`keepDays` \(at most ([\d,]+)\), `keepMessages` \(at most ([\d,]+)\)/,
    limits.ROOM_KEEP_DAYS,
    limits.ROOM_KEEP_MESSAGES,
  ],
  [/edit it only within (\d+) hours/, limits.EDIT_MS / 3_600_000],
  [/at most (\d+), each with [^]*? and the first (\d+) characters/, limits.QUOTES, limits.QUOTE_CHARACTERS],
  [/who reacted so, at most (\d+)/, limits.PAGE_REACTORS],
  [/by their newest events, at most (\d+)/, limits.PAGE_ROOMS],
  [/one grapheme, of at most (\d+) bytes/, limits.EMOJI_BYTES],
  [/With `after` otherwise: `recovered` is false, `messages` are the newest (\d+)/, limits.RECENT_MESSAGES],
  [/In a room of more than (\d+) members it is absent/, limits.MEMBERS_LISTED],
  [/required \| 1 to (\d+) characters, of the client's choosing/, limits.NONCE_CHARACTERS],
  [/required \| 1 to ([\d,]+) characters with something in it/, limits.TEXT_CHARACTERS],
  [/1 to (\d+); default (\d+)/, limits.PAGE_MESSAGES, limits.PAGE_MESSAGES],
  [/SHOULD send it at most every (\d+) seconds/, limits.TYPING_MS / 1000],
  [/gone\n(\d+) seconds after its last connection/, limits.PRESENCE_GRACE_MS / 1000],
  [/In a room of more than (\d+) members `joins`/, limits.MEMBERS_LISTED],
  [/`too_many_lines` \| more than (\d+) lines/, limits.FRAME_IN_LINES],
  [
    /may send (\d+) commands at once and (\d+) a second after that, and (\d+) KiB a second/,
    limits.COMMAND_BURST,
    limits.COMMANDS_PER_S,
    limits.INBOUND_BYTES_PER_S / 1024,
  ],
  [
    /`reactors` take (\d+) token for reading, a `rooms` and a `join` with `after` (\d+). There are (\d+) at once and\n {2}(\d+) a second/,
    limits.READ_PRICES.history,
    limits.READ_PRICES.resume,
    limits.READ_BURST,
    limits.READS_PER_S,
  ],
  [/sent (\d+) times at once, and once every (\d+) seconds/, limits.RENAME_BURST, limits.RENAME_MS / 1000],
  [
    /more than (\d+) seconds after the client was first told to wait for\nthat rate, or sooner if there are more than (\d+) of them/,
    limits.REFUSAL_HEARD_MS / 1000,
    limits.UNHEARD_REFUSALS,
  ],
  [/up to (\d+) texts or (\d+) KiB over the rate wait/, limits.SLOWED_LINES, limits.SLOWED_BYTES / 1024],
  [/one is forgiven every (\d+) seconds/, 1 / limits.STRIKES_FORGIVEN_PER_S],
  [/SHOULD ping every (\d+) seconds/, clientLimits.PING_MS / 1000],
  [/leaves a ping unanswered for (\d+)/, clientLimits.PONG_MS / 1000],
  [/show it for (\d+) seconds or until the next message/, clientLimits.TYPING_SHOWN_MS / 1000],
  [
    /starts at ([\d.]+) s and doubles up to (\d+) s/,
    clientLimits.BACKOFF_MS / 1000,
    clientLimits.BACKOFF_MOST_MS / 1000,
  ],
];

for (const [words, ...expected] of FIGURES) {
  Deno.test(`the page's figure is the code's: ${words.source}`, () => {
    const found = page.match(words);
    assertExists(found, "the page does not say so (any more)");
    assertEquals(found.slice(1).map((figure) => Number(figure.replaceAll(",", ""))), expected);
  });
}

Deno.test("ten strikes close, as the page says in words", () => {
  assertEquals(limits.STRIKES, 10);
  assert(page.includes("Ten strikes close the connection with 1008"));
});

Deno.test("the browser holds itself to the server's limits", () => {
  assertEquals(pageLimits.TEXT_CHARACTERS, limits.TEXT_CHARACTERS);
  assertEquals(clientLimits.FRAME_BYTES, limits.FRAME_IN_BYTES);
  assertEquals(clientLimits.FRAME_LINES, limits.FRAME_IN_LINES);
  assertEquals(clientLimits.PAGE_MESSAGES, limits.PAGE_MESSAGES);
  assertEquals(pageLimits.ROOMS, limits.ROOMS_PER_CONNECTION);
  assertEquals(pageLimits.TYPING_SEND_MS, limits.TYPING_MS);
});

Deno.test("rooms are exactly what the page allows", () => {
  assert(page.includes("`ROOM` is 1 to 64 of `a-z 0-9 -`"));
  for (let code = 0; code < 0x250; code++) {
    const character = String.fromCodePoint(code);
    assertEquals(ROOM_PATTERN.test(character), /[a-z0-9-]/.test(character));
  }
  for (const name of ["", "a".repeat(65), "a\n"]) assert(!ROOM_PATTERN.test(name));
  assert(ROOM_PATTERN.test("a".repeat(64)));
});
