/** All that a store has, as evidence. @module */

import type { StoredEvent } from "../../../chat/event/event.ts";
import { PAGE_REACTORS } from "../../../chat/limits.ts";
import type { Store } from "../../../chat/log/store.ts";
import type { Entry, StoredRoom } from "../judge/evidence.ts";
import { ROOMS } from "./crowd.ts";

type Readable = Pick<Store, "read" | "reactors">;

export async function readRooms(store: Readable): Promise<Record<string, StoredRoom>> {
  const rooms: Record<string, StoredRoom> = {};
  for (const room of ROOMS) {
    const { epoch, first, head, floor } = await store.read(room, { limit: 0 });
    const entries = (await readRun(store, room, head)).map(told);
    rooms[room] = { epoch, first, head, floor, entries, reactors: await readReactors(store, room, entries) };
  }
  return rooms;
}

/** Everything that is kept of a room. */
export async function readRun(store: Readable, room: string, head: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  while ((events.at(-1)?.seq ?? 0) < head) {
    const page = await store.read(room, { after: events.at(-1)?.seq ?? 0, limit: 100 });
    if (page.events.length === 0) break;
    events.push(...page.events);
  }
  return events;
}

async function readReactors(store: Readable, room: string, entries: Entry[]): Promise<StoredRoom["reactors"]> {
  const reactors: StoredRoom["reactors"] = [];
  for (const entry of entries) {
    for (const { emoji } of entry.kind === undefined ? entry.reactions ?? [] : []) {
      const ids = await store.reactors(room, { target: entry.seq, emoji, limit: PAGE_REACTORS });
      reactors.push({ target: entry.seq, emoji, ids });
    }
  }
  return reactors;
}

/** An event as evidence. */
function told(event: StoredEvent): Entry {
  const { ordinal: _, ...entry } = event as StoredEvent & { ordinal?: number };
  return entry as Entry;
}
