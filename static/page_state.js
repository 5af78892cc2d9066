/**
 * The page's content, and what can be done on it. Views read it, call it and get its changes; it knows none of them and
 * touches no document.
 *
 * @module
 */

import { Client } from "./client/client.js";
import { KEEPING } from "./client/keeping.js";
import { Followed } from "./followed.js";
import { findIdentity } from "./identity.js";
import { inventName } from "./invented_name.js";
import * as limits from "./limits.js";
import { Reading } from "./reading.js";
import { isRoomName } from "./room_names.js";
import { Settings } from "./settings.js";
import { Timeline } from "./timeline.js";
import { Writings } from "./writings.js";

/** @import { PageWorld } from "./browser_world.js" */
/** @import { Told } from "./client/client.js" */
/** @import { Entry } from "./client/entries.js" */
/** @import { Listed, Of, RoomEvent } from "./client/lines.js" */
/** @import { Item, Place, Room } from "./client/room.js" */
/** @import { Writing } from "./writings.js" */

/**
 * The changes that views are told of, and what they get with each.
 * @typedef {object} Changes
 * @property {void} room another room is shown
 * @property {Room} left another one is shown next
 * @property {void} rooms the rooms, or their unread messages
 * @property {void} messages the messages of the shown room, or those on their way to it
 * @property {void} shown the log shows them
 * @property {void} people the members in it, or those that are typing
 * @property {void} moved the reader has scrolled in it, or looks at the page or away from it
 * @property {void} jumped the reader has gone to its newest message at once
 * @property {Item} news somebody else's message came into it
 * @property {{ room: Room, item: Item }} arrived the same, of any room
 * @property {void} sent one wrote a message
 * @property {void} writing what is being written is something else now
 * @property {Entry} stored one's own message or change is stored
 * @property {Told} told the server has said something that is not of the rooms' content
 * @property {void} drafts another tab has kept another draft
 * @property {void} settings something else was chosen, here or in another tab
 * @property {void} forget all that this device has of one is to go
 * @property {void} me the own name
 * @property {void} another the server says that this is another person than the one whose messages are shown
 * @property {void} expiring the token is soon over
 * @property {void} link the link's state
 * @property {{ room: Room, error: Of<"error"> }} joinRefused a room cannot be joined now
 * @property {void} tooManyRooms another room would be one too many
 * @property {void} prints other people have to be told apart
 * @property {"card" | "form" | "settings" | "reports" | "audit"} roomDialog the shown room's card, the form for a new one or this one, or what is reported or changed
 * @property {string} person somebody is to be looked at, by id
 * @property {string | { said: string, undo(): void, label?: string }} notice something to show to everybody, and how to undo it, or what else can be done
 * @property {number} show the message with this number, wherever it is
 */

export class PageState {
  /** @type {{ type: keyof Changes, run: (what: never) => void }[]} */
  #listeners = [];
  /** Whether the name was made up just now: the server cannot object to it, and nobody has chosen it. */
  invented = false;
  /** What the server can do, beyond what every one can. @type {Set<string>} */
  features = new Set();
  /** The rooms in which one has a place, as the server lists them. @type {Map<string, Listed>} */
  mine = new Map();
  /** For how long one may edit what one has written. */
  editMs = Infinity;
  /** What tells people of the shown room apart whose names look alike, by id. @type {Map<string, string>} */
  prints = new Map();
  /** The ids of those whom a text calls, besides those whom it called before: they are known a little later than the page can write. @type {(text: string, before?: string[]) => string[] | undefined} */
  mentionsIn = (_text, before) => before;
  /** Of those with one name, who was chosen for the text that is being written. @type {Set<string>} */
  chosen = new Set();
  /** Whether one has to wait before one can send another message to the shown room. */
  mustWait = () => false;
  me = { id: "", name: "" };
  /** The id that this browser can prove by itself. */
  #own = { id: "", key: "" };
  /** What says who one is, where a site vouches for its people: then the own id does not count. @type {string | undefined} */
  token;

  /** @param {PageWorld} world @param {(id: string) => string} urlFor where to connect to @param {string} room which to begin with */
  constructor(world, urlFor, room) {
    this.world = world;
    this.storage = world.storage;
    this.settings = new Settings(world.storage);
    this.followed = new Followed(world.storage);
    this.writings = new Writings(world.storage);
    this.reading = new Reading(world.storage, () => this.tell("rooms"));
    this.client = new Client(world, {
      keeper: KEEPING,
      url: () => urlFor(this.#own.id),
      hello: () => ({ name: this.me.name, key: this.#own.key, token: this.token }),
      on: {
        state: () => this.tell("link"),
        welcome: (line) => {
          this.features = new Set(line.features);
          this.editMs = Number(line.limits.editMs ?? Infinity);
          if (line.id !== this.me.id && this.#isAnother(line.id)) return;
          this.#setName(line.name);
        },
        refused: (error) => this.#refused(error),
        began: (room, line) => {
          this.followed.set(room.name, true);
          this.reading.began(room, line);
        },
        gap: (room, missed) => this.#gap(room, missed),
        received: (room, item) => this.#received(room, item),
        changed: (room, event, place) => this.#changed(room, event, place),
        joined: (room) => this.#joined(room),
        reset: (room) => room === this.room && this.browse(({ loadNewest }) => loadNewest(this.timeline)),
        people: (room) => room === this.room && this.tell("people"),
        joinRefused: (room, error) => this.tell("joinRefused", { room, error }),
        unsent: (name) => name === this.room.name && this.tell("messages"),
        stored: (entry) => this.tell("stored", entry),
        expiring: () => this.tell("expiring"),
        told: (line) => this.tell("told", line),
      },
    });
    this.link = this.client.link;
    this.rooms = this.client.rooms;
    this.unsent = this.client.unsent;
    // The address asks for one room too many: none of those that are followed makes way for it unasked.
    this.timeline = this.#open(this.fits(room) ? room : this.followed.names.at(-1) ?? room);
  }

  /** @returns {Room} */
  get room() {
    return this.timeline.room;
  }

  /** @template {keyof Changes} Type @param {Type} type @param {(what: Changes[Type]) => void} run @returns {() => void} ends it */
  on(type, run) {
    const listener = { type, run };
    this.#listeners.push(listener);
    return () => void (this.#listeners = this.#listeners.filter((each) => each !== listener));
  }

  /** @template {keyof Changes} Type @param {Type} type @param {Changes[Type]} [what] */
  tell(type, what) {
    for (const { type: told, run } of this.#listeners) {
      if (told === type) /** @type {(what?: Changes[Type]) => void} */ (run)(what);
    }
  }

  async identify() {
    this.#own = await findIdentity(this.world);
    // As the server said the last time: what waits to be sent is of that one.
    this.reading.id = this.me.id = this.storage.get("id") ?? this.#own.id;
    this.#setName(this.storage.get("name") ?? this.#inventName());
  }

  /**
   * The server knows better who one is: by a token, or by a proxy before it.
   *
   * @param {string} id
   * @returns whether somebody else was here before, so that everything begins anew
   */
  #isAnother(id) {
    const before = this.storage.get("id");
    this.storage.set("id", id === this.#own.id ? null : id);
    this.reading.id = this.me.id = id;
    const isKept = (this.storage.get("id") ?? this.#own.id) === id;
    const isShown = [...this.rooms].some(({ epoch }) => epoch !== "");
    if (!isKept || (before === null && !isShown)) return false;
    this.link.stop();
    if (before !== null) this.storage.set("name", null);
    this.tell("another");
    return true;
  }

  /** Follows the rooms of earlier visits, and connects. */
  start() {
    this.unsent.start();
    this.openAll(this.followed.names);
    this.link.start();
  }

  /** @param {string[]} names */
  openAll(names) {
    for (const name of names) if (name !== "" && isRoomName(name)) this.rooms.open(name);
    this.tell("rooms");
  }

  /** Shows a room, or a message in it. @param {string} name @param {number} [seq] @returns {boolean} whether it can be */
  go(name, seq) {
    if (!this.fits(name)) {
      this.tell("tooManyRooms");
      return false;
    }
    const { room } = this;
    if (room === this.rooms.get(name)) {
      if (seq === undefined) this.timeline.jump();
    } else {
      this.tell("left", room);
      this.timeline = this.#open(name);
      // It has not let one in, and is asked for no more: unless something waits to be sent to it.
      const isUsed = this.followed.names.includes(room.name) || this.unsent.of(room.name).length > 0;
      if (room.refused && !isUsed) this.rooms.close(room);
    }
    this.timeline.wanted = seq;
    this.tell("room");
    return true;
  }

  /** @param {string} name */
  #open(name) {
    const room = this.rooms.open(name);
    // Where nobody lets one in, a later visit has nothing to ask for.
    if (room.joined) this.followed.set(name, true);
    return new Timeline(this.client, room, () => this.tell("messages"));
  }

  /** Whether a room is followed, or can be besides those that are. @param {string} name */
  fits(name) {
    const names = new Set([...this.followed.names, ...[...this.rooms].map(({ name }) => name)]);
    return names.has(name) || names.size < limits.ROOMS;
  }

  /** What is being written in the shown room. */
  get writing() {
    return this.writings.of(this.room.name);
  }

  /** @param {Writing} writing */
  write(writing) {
    const { name, epoch } = this.room;
    this.writings.set(name, { epoch, ...writing });
    this.tell("writing");
  }

  typing() {
    this.link.tell({ type: "typing", room: this.room.name });
  }

  /** The other members typing in the shown room, by id. */
  get othersTyping() {
    return [...this.room.typing.keys()].filter((id) => id !== this.me.id && !this.settings.ignores(id));
  }

  /** Takes another name, which the server has or will be told of. @param {string} name */
  chooseName(name) {
    this.invented = false;
    this.#setName(name);
  }

  /** @param {string} name */
  #setName(name) {
    this.me.name = name;
    this.storage.set("name", name);
    this.unsent.writeAs({ id: this.me.id, name });
    this.tell("me");
  }

  #inventName() {
    this.invented = true;
    return inventName(this.world);
  }

  /** @param {Of<"error">} error */
  #refused({ code }) {
    // A name kept from earlier may not be allowed any more; one that is made up always is.
    if (code !== "bad_command" || this.invented) return;
    this.#setName(this.#inventName());
    this.link.start();
  }

  /** @param {Room} room @param {number | undefined} missed */
  #gap(room, missed) {
    this.reading.gap(room, missed);
    if (room === this.room) this.timeline.gap();
  }

  /** @param {Room} room */
  #joined(room) {
    if (room !== this.room) return this.tell("rooms");
    this.timeline.joined();
    if (this.timeline.doubted !== undefined) this.browse(({ refresh }) => refresh(this.timeline));
  }

  /** Moves the window of the shown room. @param {(browsing: typeof import("./browsing.js")) => void} move @param {() => void} [otherwise] if that cannot be fetched */
  browse(move, otherwise = () => {}) {
    import("./browsing.js").then(move, otherwise);
  }

  /** @param {Room} room @param {RoomEvent} event @param {Place} place */
  #changed(room, event, place) {
    if (room !== this.room) return;
    this.timeline.changed(event, place);
    this.tell("messages");
  }

  /** @param {Room} room @param {Item} item */
  #received(room, item) {
    const isNews = !this.settings.ignores(item.id) && this.reading.received(room, item);
    if (isNews) this.tell("arrived", { room, item });
    if (room !== this.room) return;
    this.timeline.received(item);
    this.tell("messages");
    if (isNews) this.tell("news", item);
  }
}
