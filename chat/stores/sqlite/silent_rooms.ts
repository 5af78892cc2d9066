/**
 * Which rooms a store in memory empties when it is full: those that nobody follows, the one that was longest without an event first. An
 * emptied room keeps its numbers, so that no `seq` is given twice.
 *
 * @module
 */

import type { Cancel } from "../../base/clock.ts";
import type { Appended, Refused } from "../../log/message_log.ts";
import type { Entry } from "../../log/store.ts";
import { TRIM_EVENTS } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";
import { findRoom } from "./rooms.ts";
import { tidy, trimRoom } from "./trim.ts";

/** What stays of an emptied room. */
const NOTHING = { keep: 0, day: 0, changes: 0 };

export class SilentRooms {
  readonly #db: SqliteConnection;
  /** The rooms with events, by their last one: as many as the store has space for. */
  readonly #rooms = new Set<string>();
  readonly #followed = new Set<string>();

  constructor(db: SqliteConnection) {
    this.#db = db;
  }

  /** @param results of a commit of these entries */
  noteEvents(entries: Entry[], results: (Appended | Refused)[]): void {
    entries.forEach(({ room }, index) => {
      if (!("event" in results[index]!)) return;
      this.#rooms.delete(room);
      this.#rooms.add(room);
    });
  }

  follow(room: string): Cancel {
    this.#followed.add(room);
    return () => void this.#followed.delete(room);
  }

  /**
   * Removes some events.
   *
   * @param entries whose rooms are spared
   * @returns whether there were any to remove
   */
  emptySome(entries: Entry[]): boolean {
    const spared = new Set(entries.map(({ room }) => room));
    let budget = TRIM_EVENTS;
    for (const name of this.#rooms) {
      if (this.#followed.has(name) || spared.has(name)) continue;
      budget -= this.#empty(name, budget);
      if (budget <= 0) break;
    }
    const tidied = tidy(this.#db);
    return tidied || budget < TRIM_EVENTS;
  }

  /** @returns how many events it removed */
  #empty(name: string, budget: number): number {
    const room = findRoom(this.#db, name);
    const removed = this.#db.transaction(() => trimRoom(this.#db, room, NOTHING, budget));
    if (room.first > room.head && room.changes === 0) this.#rooms.delete(name);
    return removed;
  }
}
