/**
 * `deno task import FILE STORE ROOM`: puts what `export` printed into an empty room of a database, or of a store that is a file and is not served.
 * The messages stay as they were, with their times and in their order, and nothing else of the room comes along; numbers begin at 1, under the store's own epoch.
 *
 * @module
 */

import { systemClock } from "../base/clock.ts";
import type { Entry, Store } from "../log/store.ts";
import { StoreClock } from "../log/store_clock.ts";
import { isDatabase, showStore } from "../settings/store_name.ts";
import { openStore } from "../stores/open_store.ts";
import { ROOM_PATTERN } from "../wire/names.ts";
import { parseLine, readLines } from "./export_lines.ts";
import { runTool, say } from "./run_tool.ts";
import { asToolError, parseFileStore, refuseIfServed, requireFile, ToolError } from "./snapshot.ts";

/** Events in one commit. */
const BATCH = 500;
/**
 * Imports a room.
 *
 * @param name a store, as in `CHAT_STORE`
 * @returns how many messages it has now
 * @throws {ToolError} if a line is not one of an export, which is found out before anything is stored; if the store is served; or if the
 * room is not empty.
 */
export async function importRoom(file: string, name: string, room: string): Promise<number> {
  const store = isDatabase(name) ? undefined : parseFileStore(name);
  if (!ROOM_PATTERN.test(room)) throw new ToolError("Cannot import: the room must be 1 to 64 of a-z, 0-9 and -");
  try {
    requireFile(file);
    const places = await check(file);
    if (store?.kind === "kv") refuseIfServed(store.path);
    await fill(await openStore(name, say), room, file, places);
    return places.size;
  } catch (cause) {
    throw asToolError(`Cannot import ${file} to ${showStore(name)}`, cause);
  }
}

async function fill(store: Store, room: string, file: string, places: Map<number, number>): Promise<void> {
  try {
    const { head } = await store.read(room, { limit: 0 });
    if (head > 0) throw new Error(`the room ${room} is not empty`);
    await append(store, room, places.size, eventsOf(file, places));
  } finally {
    await store.close();
  }
}

/** The new number of each message of a file, by its old one: 1, 2, 3… @throws if a line is not one of an export */
async function check(file: string): Promise<Map<number, number>> {
  const places = new Map<number, number>();
  let [number, last, from] = [0, 0, ""];
  for await (const text of readLines(file)) {
    number++;
    try {
      const line = parseLine(text);
      if (number === 1) from = line.room;
      if (line.room !== from) throw new Error(`it is of the room ${line.room}, those before it of ${from}`);
      if ("emoji" in line) {
        if (line.target !== last) throw new Error(`its "target" must be the message before it, ${last}`);
      } else {
        if (line.seq <= last) throw new Error(`its "seq" must be above ${last}`);
        last = line.seq;
        places.set(last, places.size + 1);
      }
    } catch (cause) {
      throw new Error(`line ${number} is not one of an export: ${(cause as Error).message}`, { cause });
    }
  }
  return places;
}

/** The events that make the room: its messages, so that their numbers have no gaps, and behind them what happened to them. */
async function* eventsOf(file: string, places: Map<number, number>): AsyncGenerator<Omit<Entry, "room">> {
  for await (const text of readLines(file)) {
    const line = parseLine(text);
    if ("emoji" in line) continue;
    const { room: _room, seq: _seq, ts, deleted: _deleted, reply, ...message } = line;
    // What it answers may have been removed before the export.
    const answered = places.get(reply ?? 0);
    yield { event: answered === undefined ? message : { ...message, reply: answered }, ts };
  }
  for await (const text of readLines(file)) {
    const line = parseLine(text);
    if ("emoji" in line) {
      const [target, emoji] = [places.get(line.target)!, line.emoji];
      for (const id of line.ids) yield { event: { kind: "react", id, name: `Client #${id}`, target, emoji, on: true } };
    } else if (line.deleted) {
      yield { event: { kind: "delete", id: line.id, name: line.name, target: places.get(line.seq)! } };
    }
  }
}

/** @param count how many of the events, the first ones, are messages */
async function append(
  store: Store,
  room: string,
  count: number,
  events: AsyncIterable<Omit<Entry, "room">>,
): Promise<void> {
  const clock = new StoreClock(store, systemClock, say);
  await clock.count();
  let head = 0;
  const commit = async (entries: Entry[]) => {
    for (const answer of await store.commit(entries, { ts: systemClock.now(), day: clock.day! })) {
      const stored = `: ${Math.min(head, count)} messages are stored`;
      if ("refused" in answer || answer.duplicate) {
        throw new Error(
          head < count
            ? `message ${head + 1} has the nonce of an earlier one${stored}`
            : `a change cannot be made${stored}`,
        );
      }
      if (answer.seq !== ++head) throw new Error(`somebody else writes to the room ${room}${stored}`);
    }
  };
  let batch: Entry[] = [];
  for await (const event of events) {
    batch.push({ room, ...event });
    if (batch.length < BATCH) continue;
    await commit(batch);
    batch = [];
  }
  await commit(batch);
}

/** What the rooms of an export had, and the rooms made of it have not. */
const LEFT_BEHIND =
  "Only messages and reactions came along. Who owned, moderated or was in the room, its title and settings, bans, mutes and " +
  "invitations did not: `deno task admin owner` gives it an owner. Until then nobody is let into a private room, and any other is " +
  "open to everybody. Ids that were called back, and bots, are the store's: call the ids back again here, before people are let in";

if (import.meta.main) {
  await runTool("deno task import FILE STORE ROOM", 3, async ([file, name, room]) => {
    const count = await importRoom(file!, name!, room!);
    say(`Imported ${count} messages into the room ${room} of ${showStore(name!)}`);
    say(LEFT_BEHIND);
  });
}
