/**
 * The rooms that are open in this process. The first member opens a room, and the sweep closes it after the last has gone.
 *
 * @module
 */

import { sweep } from "../base/sweep.ts";
import { ROOMS_OPEN } from "../limits.ts";
import { abilities } from "../policy/may.ts";
import { Arrivals } from "./arrivals.ts";
import type { Recipient, Removal } from "./membership.ts";
import type { ProcessParts } from "./parts.ts";
import { Room } from "./room.ts";
import { SharedPresence } from "./shared_presence.ts";

/** More rooms are open than a process may have: one of them must close first. */
export class TooManyRoomsError extends Error {
  override name = "TooManyRoomsError";
}

export class Rooms {
  readonly #parts: ProcessParts;
  readonly #rooms = new Map<string, Room>();
  readonly #arrivals = new Arrivals();
  readonly #sharing: SharedPresence | undefined;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    const { leases, signals } = parts.log;
    this.#sharing = leases && new SharedPresence({ ...parts, leases, signals, rooms: this.#rooms });
  }

  /** Their number, those that are being opened included. */
  get size(): number {
    return this.#rooms.size;
  }

  get(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** @throws {TooManyRoomsError} if too many are open */
  open(name: string): Room {
    const known = this.#rooms.get(name);
    if (known !== undefined) return known;
    if (this.#rooms.size >= ROOMS_OPEN) throw new TooManyRoomsError();
    const room = new Room({
      ...this.#parts,
      name,
      arrivals: this.#arrivals,
      sharing: this.#sharing,
      onRemoved: (connection, removal) => this.#removed(connection, name, removal),
      onMayChange: ({ session, outbox }) => {
        outbox.send({
          type: "may",
          room: name,
          may: abilities(session, name, room.access),
          until: room.access.writesAtMs(session),
        });
      },
    });
    this.#rooms.set(name, room);
    this.#sharing?.opened(name);
    // Those that wait for it are told why; the next one tries again.
    room.opened.catch(() => this.#rooms.delete(name));
    return room;
  }

  /** How many members there are in each of these rooms. @throws {StoreUnavailableError} if other processes share them and the store does not answer */
  async membersOf(names: string[]): Promise<number[]> {
    const closed = names.filter((name) => !this.#rooms.has(name));
    const elsewhere = closed.length === 0 ? undefined : await this.#parts.log.leases?.count(closed);
    return names.map((name) => this.#rooms.get(name)?.presence.count ?? elsewhere?.get(name) ?? 0);
  }

  /** Lets a connection out of a room. A second call does nothing. */
  leave(connection: Recipient, name: string): void {
    connection.session.rooms.delete(name);
    this.#rooms.get(name)?.leave(connection);
  }

  #removed({ session, outbox }: Recipient, room: string, { seq, code, untilMs }: Removal): void {
    session.sendOut(room);
    outbox.send({ type: "removed", room, seq, code, until: untilMs });
  }

  /** Called on every sweep: serves members that lag behind, and closes empty rooms. */
  sweep(): Promise<void> {
    return sweep(this.#parts.clock, this.#rooms, ([name, room]) => {
      if (!room.idle) return room.sweep();
      this.#rooms.delete(name);
      room.close();
    });
  }

  close(): void {
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
    this.#sharing?.stop();
  }
}
