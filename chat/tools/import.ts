/**
 * `deno task import FILE STORE ROOM`: puts what `export` printed into an empty room of a store that is a file and is not served.
 * Authors, names, texts, times, nonces and the order stay; numbers begin at 1, under the store's own epoch.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import { jsonLine } from "../base/escape.ts";
import type { Entry, Store } from "../log/message_log.ts";
import { StoreClock } from "../log/store_clock.ts";
import { openStore } from "../stores/open_store.ts";
import { ROOM_PATTERN } from "../wire/names.ts";
import { runTool, say } from "./run_tool.ts";
import { asToolError, parseFileStore, refuseIfServed, requireFile, ToolError } from "./snapshot.ts";

/** Messages in one commit. */
const BATCH = 500;
/** More than any message that a client may publish, with every character escaped. */
const LINE_CHARACTERS = 256 * 1024;

/**
 * Imports a room.
 *
 * @param name a store, as in `CHAT_STORE`
 * @returns how many messages it has now
 * @throws {ToolError} if a line is not one of an export, which is found out before anything is stored; if the store is served; or if the
 * room is not empty.
 */
export async function importRoom(file: string, name: string, room: string): Promise<number> {
  const { kind, path } = parseFileStore(name);
  if (!ROOM_PATTERN.test(room)) throw new ToolError("Cannot import: the room must be 1 to 64 of a-z, 0-9 and -");
  try {
    requireFile(file);
    for await (const _ of readBatches(file, room));
    if (kind === "kv") refuseIfServed(path);
    const store = await openStore(name);
    try {
      return await append(store, room, readBatches(file, room));
    } finally {
      await store.close();
    }
  } catch (cause) {
    throw asToolError(`Cannot import ${file} to ${name}`, cause);
  }
}

async function append(store: Store, room: string, batches: AsyncIterable<Entry[]>): Promise<number> {
  let { head } = await store.read(room, { limit: 0 });
  if (head > 0) throw new Error(`the room ${room} is not empty`);
  const clock = new StoreClock(store, systemClock, say);
  await clock.count();
  for await (const entries of batches) {
    for (const answer of await store.commit(entries, { ts: systemClock.now(), day: clock.day! })) {
      // Of the file each line is one message, so the next number is the line's.
      const stored = `: ${head} messages before it are stored`;
      if ("refused" in answer || answer.duplicate) {
        throw new Error(`line ${head + 1} has the nonce of an earlier line${stored}`);
      }
      if (answer.seq !== ++head) throw new Error(`somebody else writes to the room ${room}${stored}`);
    }
  }
  return head;
}

async function* readBatches(file: string, room: string): AsyncGenerator<Entry[]> {
  let batch: Entry[] = [];
  let [number, last, from] = [0, 0, ""];
  for await (const line of readLines(file)) {
    number++;
    try {
      const { room: its, seq, ts, id, name, text, nonce } = parse(line);
      if (number === 1) from = its;
      if (its !== from) throw new Error(`it is of the room ${its}, those before it of ${from}`);
      if (seq <= last) throw new Error(`its "seq" must be above ${last}`);
      last = seq;
      batch.push({ room, event: nonce === undefined ? { id, name, text } : { id, name, text, nonce }, ts });
    } catch (cause) {
      throw new Error(`line ${number} is not one of an export: ${(cause as Error).message}`, { cause });
    }
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** The lines of a file, of which only one, and a piece of the next, is in memory. */
async function* readLines(path: string): AsyncGenerator<string> {
  const { readable } = await Deno.open(path);
  let rest = "";
  for await (const text of readable.pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
    if (rest.length > LINE_CHARACTERS) throw new Error(`it has a line of more than ${LINE_CHARACTERS} characters`);
  }
  if (rest !== "") yield rest;
}

interface Line {
  room: string;
  seq: number;
  ts: number;
  id: string;
  name: string;
  text: string;
  nonce?: string;
}

const FIELDS: Record<keyof Line, (value: unknown) => boolean> = {
  room: (value) => isText(value) && ROOM_PATTERN.test(value),
  seq: isNumber,
  ts: isNumber,
  id: isText,
  name: isText,
  text: isText,
  nonce: (value) => value === undefined || isText(value),
};

function parse(line: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error("it is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new Error("it is not an object");
  const fields = value as Record<string, unknown>;
  const wrong = Object.entries(FIELDS).find(([field, fits]) => !fits(fields[field]));
  if (wrong) throw new Error(`its "${wrong[0]}" is missing or wrong`);
  // Of a later version, perhaps: left out it would be lost.
  const unknown = Object.keys(fields).find((field) => !Object.hasOwn(FIELDS, field));
  if (unknown !== undefined) throw new Error(`it has ${jsonLine(unknown)}, which this version does not know`);
  return value as Line;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}

function isNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && value as number >= 0;
}

if (import.meta.main) {
  await runTool("deno task import FILE sqlite:PATH|kv:PATH ROOM", 3, async ([file, name, room]) => {
    const count = await importRoom(file!, name!, room!);
    say(`Imported ${count} messages into the room ${room} of ${name}`);
  });
}
