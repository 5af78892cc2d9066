/**
 * Reads rooms from the store, and tells the operator when it cannot be read, or has lost part of a room.
 *
 * @module
 */

import { DAMAGED_ROOMS } from "./bounds.ts";
import { Incident } from "./incident.ts";
import type { Page, Range, ReportTrouble, Store } from "./message_log.ts";
import { isWhole, isWholeBefore } from "./whole.ts";

export class Reader {
  readonly #store: Store;
  readonly #report: ReportTrouble;
  readonly #trouble: Incident;
  /** Rooms that were reported to have lost messages: each is once. */
  readonly #damaged = new Set<string>();
  #stopped = false;

  constructor(store: Store, report: ReportTrouble) {
    this.#store = store;
    this.#report = report;
    this.#trouble = new Incident(
      report,
      "The store cannot be read: clients that join or ask for history are told to try again",
      "The store can be read again",
    );
  }

  async read(room: string, range: Range): Promise<Page> {
    const page = await this.#store.read(room, range).catch((error) => {
      // A read that fails because the store is being closed is no trouble.
      if (!this.#stopped) this.#trouble.begin(error);
      throw error;
    });
    this.#trouble.end();
    if (!isAsDue(range, page)) this.#tellOfDamage(room, range, page);
    return page;
  }

  stop(): void {
    this.#stopped = true;
  }

  #tellOfDamage(room: string, { after, before = Infinity, limit }: Range, page: Page): void {
    if (this.#damaged.has(room)) return;
    if (this.#damaged.size < DAMAGED_ROOMS) this.#damaged.add(room);
    const { first, head, messages } = page;
    const asked = after === undefined
      ? `from ${first} to ${Math.min(before - 1, head)}`
      : `after ${after} up to ${head}`;
    const found = messages.length === 0 ? "none" : `${messages[0]!.seq} to ${messages.at(-1)!.seq}`;
    this.#report(
      `The store has lost messages of the room ${room}: of those ${asked} it gave ${found}, ${messages.length} of them ` +
        `where at most ${limit} were asked for. Clients are told that messages are missing`,
    );
  }
}

/** Whether a page has every message that was asked for and is kept. */
function isAsDue({ after, before = Infinity, limit }: Range, page: Page): boolean {
  // Messages below `first` were removed on purpose.
  return after === undefined
    ? isWholeBefore(page, before, limit)
    : after + 1 < page.first || isWhole(page, after, limit);
}
