/**
 * A client of Switchboard: it follows rooms without losing or repeating a message, and delivers each message of its own once.
 * Read this first; then `link.js` (the connection), `rooms.js` (messages that come), `unsent.js` (messages that go) and `history.js`
 * (messages of before, for those who want them).
 *
 * @module
 */

import { Link } from "./link.js";
import { Rooms } from "./rooms.js";
import { Unsent } from "./unsent.js";

/** @import { Entry } from "./entries.js" */
/** @import { Of } from "./lines.js" */
/** @import { LinkEvents, LinkOptions } from "./link.js" */
/** @import { Keeper, RoomEvents } from "./rooms.js" */
/** @import { World } from "./world.js" */

/**
 * The events of a client. `unsent`: what is on its way to a room has changed; `stored`: the server has stored one of them; `expiring`: the
 * token with which it came is soon over; `told`: the server has said something that is not of the rooms' content.
 * @typedef {Of<"mine"> | Of<"reported">} Told
 * @typedef {Pick<LinkEvents, "state" | "welcome" | "refused"> & RoomEvents & { unsent(room: string): void, stored(entry: Entry): void, expiring?(): void, told?(line: Told): void }} ClientEvents
 */

/** One connection, the rooms that it follows and the messages that wait for it. */
export class Client {
  /**
   * It connects when its `link` is started.
   *
   * @param {World} world
   * @param {LinkOptions & { on: ClientEvents, keeper?: Keeper }} options `keeper`: what keeps the contents of rooms
   */
  constructor(world, { on, keeper, ...options }) {
    this.world = world;
    this.link = new Link(world, {
      ...options,
      further: keeper?.lines,
      on: {
        ...on,
        welcome: (line) => {
          this.rooms.me = line.id;
          on.welcome(line);
        },
        open: () => this.rooms.up(),
        down: () => this.rooms.down(),
        push: (line) => {
          if (line.type === "expiring") on.expiring?.();
          else if (line.type === "mine" || line.type === "reported") on.told?.(line);
          else this.rooms.push(line);
        },
      },
    });
    this.rooms = new Rooms(world, this.link, {
      ...on,
      received: (room, item) => {
        this.unsent.received(room, item);
        on.received(room, item);
      },
      changed: (room, event, place) => {
        this.unsent.received(room, event);
        on.changed(room, event, place);
      },
      joined: (room) => {
        this.unsent.joined(room);
        on.joined(room);
      },
    }, keeper);
    this.unsent = new Unsent(world, this.link, this.rooms, on.unsent, on.stored);
  }

  /** Ends its connection and its timers; unsent messages stay in the storage. */
  close() {
    this.link.stop();
    this.unsent.stop();
  }
}
