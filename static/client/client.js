/**
 * A client of Switchboard: it follows rooms without losing or repeating a message, and delivers each message of its own once.
 * Read this first; then `link.js` (the connection), `rooms.js` (messages that come) and `unsent.js` (messages that go).
 *
 * @module
 */

import { Link } from "./link.js";
import { Rooms } from "./rooms.js";
import { Unsent } from "./unsent.js";

/** @import { Of } from "./lines.js" */
/** @import { LinkState } from "./link.js" */
/** @import { RoomEvents } from "./rooms.js" */
/** @import { World } from "./world.js" */

/**
 * The events of a client itself, beside those of its rooms.
 * @typedef {object} OwnEvents
 * @property {(state: LinkState) => void} state the link does something else now
 * @property {(welcome: Of<"welcome">) => void} welcome the server has let it in
 * @property {(error: Of<"error">) => void} refused the server has not; it waits for `link.start`
 * @property {(room: string) => void} unsent the messages on their way in a room have changed
 */
/** @typedef {OwnEvents & RoomEvents} ClientEvents */

/** One connection, the rooms that it follows and the messages that wait for it. */
export class Client {
  /**
   * It connects when its `link` is started.
   *
   * @param {World} world
   * @param {object} options
   * @param {() => string} options.url where to connect to
   * @param {() => { name: string, key?: string }} options.hello the fields of `hello`
   * @param {ClientEvents} options.on
   */
  constructor(world, { url, hello, on }) {
    this.link = new Link(world, {
      url,
      hello,
      on: {
        open: () => this.rooms.up(),
        up: on.welcome,
        down: () => this.rooms.down(),
        push: (line) => this.rooms.push(line),
        refused: on.refused,
        state: on.state,
      },
    });
    this.rooms = new Rooms(world, this.link, {
      ...on,
      received: (room, item) => {
        this.unsent.received(room, item);
        on.received(room, item);
      },
      joined: (room) => {
        this.unsent.joined(room);
        on.joined(room);
      },
    });
    this.unsent = new Unsent(world, this.link, this.rooms, on.unsent);
  }
}
