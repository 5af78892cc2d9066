/** A store in memory, made at once. @module */

import { DatabaseSync } from "node:sqlite";
import type { Cancel } from "../../chat/base/clock.ts";
import type {
  Appended,
  Durability,
  Page,
  Range,
  ReactorsRange,
  Refused,
  RoomChanges,
} from "../../chat/log/message_log.ts";
import type { Entry, Moment, Store, StoreTime } from "../../chat/log/store.ts";
import type { DirectoryRange, DirectoryRoom } from "../../chat/log/directory.ts";
import type { Identities } from "../../chat/log/identities.ts";
import type { Invites } from "../../chat/log/invites.ts";
import type { Reports } from "../../chat/log/reports.ts";
import { IN_MEMORY_BYTES } from "../../chat/stores/bounds.ts";
import { Space } from "../../chat/stores/space.ts";
import { makeMemoryStore } from "../../chat/stores/sqlite/store.ts";

/** A class, so that a test can change what it does. */
export class MemoryStore implements Store {
  readonly durability: Durability = "memory";
  readonly identities: Identities;
  readonly bots: Store["bots"];
  readonly invites: Invites;
  readonly reports: Reports;
  readonly people: Store["people"];
  readonly #store: Store;

  constructor(epoch?: string, space: Space = new Space(IN_MEMORY_BYTES, () => {})) {
    this.#store = makeMemoryStore(DatabaseSync, space, epoch);
    this.identities = this.#store.identities!;
    this.bots = this.#store.bots;
    this.invites = this.#store.invites!;
    this.reports = this.#store.reports!;
    this.people = this.#store.people;
  }

  commit(entries: Entry[], at: Moment): Promise<(Appended | Refused)[]> {
    return this.#store.commit(entries, at);
  }

  read(room: string, range: Range): Promise<Page> {
    return this.#store.read(room, range);
  }

  reactors(room: string, range: ReactorsRange): Promise<string[]> {
    return this.#store.reactors(room, range);
  }

  rooms(range: DirectoryRange): Promise<DirectoryRoom[]> {
    return this.#store.rooms!(range);
  }

  secretFor(row: string[]): Uint8Array {
    return this.#store.secretFor!(row);
  }

  roomChanges(room: string, after?: number): Promise<RoomChanges> {
    return this.#store.roomChanges(room, after);
  }

  trim(keep: number, day: number, now?: Moment): Promise<boolean> {
    return this.#store.trim(keep, day, now);
  }

  readTime(): Promise<StoreTime | undefined> {
    return this.#store.readTime();
  }

  writeTime(time: StoreTime): Promise<void> {
    return this.#store.writeTime(time);
  }

  follow(room: string): Cancel {
    return this.#store.follow!(room);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
