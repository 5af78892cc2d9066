/**
 * `deno task chat`: a room at a terminal, and in pipes. It runs on the client for programs, so nothing is lost over a restart of the server, and what is
 * missing is told in its place.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { Chat, ChatEvent, ChatRoom, ConnectOptions } from "../../static/client/connect.d.ts";
import { connect } from "../../static/client/connect.js";
import { RefusedError } from "../../static/client/sending.js";
import { escapeUnseen, jsonLine } from "../base/escape.ts";
import { runTool, say } from "./run_tool.ts";
import { ToolError } from "./snapshot.ts";

const USAGE = `deno task chat chat|send|tail URL ROOM [--name NAME] [--id ID] [--from SEQ] [--json] [--nonce NONCE]

  chat   prints what comes, and sends each line of the input
  send   sends each line of the input, and ends with 0 once all are stored
  tail   prints what comes; with --from, from that number on

  --name NAME     what others see; default: the ID, or Terminal
  --id ID         an id that anybody may use. CHAT_IDENTITY is the secret of one of your own, CHAT_TOKEN a token or a bot's secret
  --json          prints each event, and where each line is stored, as a line of JSON
  --nonce NONCE   the Nth line that is not empty is sent under NONCE-N: a second run under the same id stores none again`;

/** How long after the end of the input lines may wait to be stored. */
const PATIENCE_MS = 60_000;
/** Lines on their way: fewer than the client takes. */
const LINES_WAITING = 100;

interface Call {
  verb: "chat" | "send" | "tail";
  url: string;
  room: string;
  connection: ConnectOptions;
  from?: number;
  json: boolean;
  nonce?: string;
}

/** What was called for; undefined if it was called wrongly. */
function parse(args: string[]): Call | undefined {
  try {
    const { values, positionals: [verb, url, room, ...others] } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: "string" },
        id: { type: "string" },
        from: { type: "string" },
        json: { type: "boolean", default: false },
        nonce: { type: "string" },
      },
    });
    const { id, from, json, nonce } = values;
    // Under an id that anybody may use, the name of somebody who is proven would be refused.
    const name = values.name ?? id ?? "Terminal";
    const identity = Deno.env.get("CHAT_IDENTITY"), token = Deno.env.get("CHAT_TOKEN");
    if (verb !== "chat" && verb !== "send" && verb !== "tail") return undefined;
    if (url === undefined || room === undefined || others.length > 0) return undefined;
    if (from !== undefined && !/^[1-9]\d*$/.test(from)) return undefined;
    // Under another id in each run it would mean nothing.
    if (nonce !== undefined && (id ?? identity ?? token) === undefined) return undefined;
    const connection = { name, id, identity, token };
    return { verb, url, room, connection, from: from === undefined ? undefined : Number(from), json, nonce };
  } catch {
    return undefined;
  }
}

async function run(call: Call): Promise<void> {
  const { url, connection, verb } = call;
  await using chat = open(url, connection);
  const room = chat.room(call.room);
  let isTold = false;
  chat.on("state", ({ phase }) => {
    if (phase === "waiting" && !isTold) say("There is no connection; it is tried again");
    if (phase === "online" && isTold) say("There is a connection again");
    if (phase !== "connecting") isTold = phase === "waiting";
  });
  try {
    if (verb === "send") return await send(chat, room, call);
    if (call.from !== undefined) await beginAt(chat, room, call.from);
    const printing = print(room, call.json);
    if (verb === "chat") await Promise.race([printing, send(chat, room, call)]);
    else await printing;
  } catch (error) {
    throw asToolError(error);
  }
}

function open(url: string, connection: ConnectOptions): Chat {
  try {
    return connect(url, connection);
  } catch (error) {
    throw asToolError(error);
  }
}

/** What the reader can do something about, in a sentence. */
function asToolError(error: unknown): unknown {
  if (error instanceof RefusedError) return new ToolError(`Refused: ${error.code}: ${error.message}`);
  return error instanceof TypeError ? new ToolError(error.message) : error;
}

/** Has the stream begin with a number, in the life of the store that is now. */
async function beginAt(chat: Chat, room: ChatRoom, from: number): Promise<void> {
  const [newest] = await room.history({ limit: 1 });
  const after = newest && { epoch: newest.epoch, seq: Math.min(from - 1, newest.seq) };
  chat.room(room.name, { after: after ?? "start" });
}

/** Prints what comes, until there is no reader. */
async function print(room: ChatRoom, json: boolean): Promise<void> {
  for await (const event of room) {
    const line = json ? event.type === "people" ? undefined : jsonLine(event) : lineOf(event);
    if (line !== undefined) await write(line);
  }
}

function lineOf(event: ChatEvent): string | undefined {
  switch (event.type) {
    case "message":
      return `${escapeUnseen(event.name)}: ${textOf(event.deleted ? "(deleted)" : event.text)}`;
    case "change":
      return changeLine(event);
    case "gap":
      return event.missed === 0
        ? "--- what was said before may have been changed meanwhile ---"
        : `--- ${event.missed ?? "some"} missing: ${GAPS[event.reason]} ---`;
    case "people":
      return undefined;
  }
}

const GAPS = {
  trimmed: "the server does not keep them",
  epoch: "the server's store began anew",
  changes: "the server does not tell them one by one",
};

function changeLine(
  { kind, name = "", target, text, emoji, on, deleted }: ChatEvent & { type: "change" },
): string | undefined {
  const author = escapeUnseen(name);
  if (kind === "edit" && !deleted) return `* ${author} edited ${target}: ${textOf(text ?? "")}`;
  if (kind === "delete") return `* ${author} deleted ${target}`;
  if (kind === "react") return `* ${author} ${on ? "reacted to" : "took back from"} ${target}: ${emoji}`;
  return undefined;
}

/** No text passes for another line, or does something to the terminal. */
function textOf(text: string): string {
  return text.split(/\r\n|[\r\n\x85\u2028\u2029]/).map(escapeUnseen).join("\n    ");
}

async function write(line: string): Promise<void> {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}

/** Sends each line of the input. @throws {ToolError} if one is not stored */
async function send(chat: Chat, room: ChatRoom, { json, nonce, verb }: Call): Promise<void> {
  const waiting = new Set<Promise<void>>();
  const problems = new Set<string>();
  let count = 0;
  for await (const text of lines()) {
    const own = nonce && `${nonce}-${++count}`;
    const sending = room.send(text, { nonce: own }).then(
      (stored) => verb === "send" && json ? write(jsonLine(stored)) : undefined,
      (error) => void problems.add(error instanceof RefusedError ? `${error.code}: ${error.message}` : "no answer"),
    ).finally(() => waiting.delete(sending));
    waiting.add(sending);
    if (waiting.size >= LINES_WAITING) await Promise.race(waiting);
  }
  const timer = setTimeout(() => chat.close(), PATIENCE_MS);
  await Promise.all(waiting);
  clearTimeout(timer);
  if (problems.size > 0) throw new ToolError(`Not known to be stored: ${[...problems].join("; ")}`);
}

/** The lines of the input that are not empty. */
async function* lines(): AsyncGenerator<string> {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const complete = (rest + text).split(/\r?\n/);
    rest = complete.pop()!;
    yield* complete.filter((line) => line !== "");
  }
  if (rest !== "") yield rest;
}

if (import.meta.main) {
  await runTool(USAGE, (args) => parse(args) !== undefined, (args) => run(parse(args)!));
  Deno.exit(0);
}
