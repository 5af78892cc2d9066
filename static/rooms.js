/**
 * What comes from the server: the rooms that this tab follows, with their messages and people. Follows the duties at the
 * end of `chat/protocol.md`, so that nothing is lost, taken in twice or skipped in silence. Touches no document.
 *
 * @module
 */

import * as limits from "./limits.js";

/** @typedef {import("./link.js").Line} Line */
/** @typedef {import("./link.js").Message} Message */
/** @typedef {import("./link.js").Position} Position */
/** @template {Line["type"]} Type @typedef {import("./link.js").Of<Type>} Of */
/** @typedef {import("./link.js").Link} Link */

/**
 * A place in a room. `era` counts the epochs that this tab has seen of the room: `seq` can be compared only within one.
 * @typedef {{ era: number, seq: number }} Place
 */

/** A message as it is kept. @typedef {Place & Message} Item */

/** @typedef {Record<string, Position>} Positions */

/** Text that survives a reload, where the browser lets it. */
export const kept = {
  /** @param {string} key @returns {string | null} */
  get(key) {
    try {
      return localStorage.getItem("switchboard." + key);
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {string | null} value `null` removes it */
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem("switchboard." + key);
      else localStorage.setItem("switchboard." + key, value);
    } catch {
      // Full or forbidden: the page goes on working for as long as it is open.
    }
  },
  /** @template T @param {string} key @param {T} fallback @returns {T} */
  getJson(key, fallback) {
    try {
      return JSON.parse(this.get(key) ?? "null") ?? fallback;
    } catch {
      return fallback;
    }
  },
  /**
   * Sets one entry of a map of bounded size, in which the oldest gives way; `undefined` removes it.
   * @param {string} key @param {string} name @param {unknown} value
   */
  setIn(key, name, value) {
    const { [name]: _, ...map } = this.getJson(key, /** @type {Record<string, unknown>} */ ({}));
    if (value !== undefined) map[name] = value;
    const names = Object.keys(map);
    for (const old of names.slice(0, -limits.ROOMS_REMEMBERED)) delete map[old];
    this.set(key, JSON.stringify(map));
  },
};

/** Orders messages. @param {Place} a @param {Place} b */
export function byPlace(a, b) {
  return a.era - b.era || a.seq - b.seq;
}

/** One room. Its fields are for reading; {@linkcode Rooms} changes them. */
export class Room {
  epoch = "";
  era = 0;
  /** The last message taken in: everything up to it is shown, or shown as missing. */
  seq = 0;
  joined = false;
  joining = false;
  /** @type {Item[]} the newest messages, whether the room is shown or not */
  recent = [];
  /** @type {Item[]} what the log shows, by rising place */
  items = [];
  /** Whether `items` reach to the newest message. */
  tail = true;
  /** Nothing older than this is kept by the server, as far as is known. */
  keptFrom = 1;
  /** Whether the reader is at the newest message, so that older ones may go. */
  follow = true;
  /** Whether it is on the screen. */
  shown = false;
  /** Whether the reader is looking at the newest message. */
  reading = false;
  readTo = 0;
  unread = 0;
  /** @type {Place | undefined} the message before which the line "New" is */
  divider;
  /** @type {Map<string, string>} names by id */
  members = new Map();
  memberCount = 0;
  /** @type {Map<string, number>} until when each id is shown as typing, on the clock of `Date.now()` */
  typing = new Map();

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** The place after the newest message. @returns {Place} */
  get end() {
    return { era: this.era, seq: this.seq + 1 };
  }

  /** Whether there is nothing to fetch before `items`. */
  get start() {
    const first = this.items[0] ?? this.end;
    return this.epoch !== "" && (first.era < this.era || first.seq <= this.keptFrom);
  }

  /**
   * What is missing before a place: nothing; or messages, how many (where that can be known), and whether they are still
   * to be had.
   *
   * @param {Item | undefined} before the message shown before it
   * @param {Place} place
   * @returns {{ count: number | undefined, loadable: boolean } | undefined}
   */
  gap(before, place) {
    if (before === undefined || (before.era === place.era && before.seq + 1 >= place.seq)) return undefined;
    const count = before.era === place.era ? place.seq - before.seq - 1 : undefined;
    return { count, loadable: place.era === this.era && place.seq > this.keptFrom };
  }
}

/** The rooms of this tab. */
export class Rooms {
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  #link;
  #on;
  /** The own id. */
  id = "";

  /**
   * @param {Link} link
   * @param {object} on
   * @param {(room: Room) => void} on.messages messages or the position changed
   * @param {(room: Room) => void} on.people members, or who is typing, changed
   * @param {() => void} on.unread a count of unread messages changed
   * @param {(room: Room) => void} on.joined the room is joined, or began anew
   * @param {(room: Room, item: Item) => void} on.taken a message came, live or replayed
   * @param {(room: Room, reason: string) => void} on.barred the room cannot be joined now
   */
  constructor(link, on) {
    this.#link = link;
    this.#on = on;
  }

  /** @returns {IterableIterator<Room>} in the order in which they were opened */
  [Symbol.iterator]() {
    return this.#rooms.values();
  }

  /** @param {string} name */
  get(name) {
    return this.#rooms.get(name);
  }

  /** The room of that name, followed from now on. @param {string} name */
  open(name) {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Room(name);
      this.#rooms.set(name, room);
      this.join(room);
    }
    return room;
  }

  /** Follows a room no more. @param {Room} room */
  close(room) {
    this.#rooms.delete(room.name);
    if (room.joined) this.#link.ask({ type: "leave", room: room.name }, () => {});
  }

  /** Puts a room on the screen, from its newest messages on. @param {Room} room */
  show(room) {
    for (const other of this.#rooms.values()) {
      if (other === room) continue;
      if (other.shown && other.unread === 0) other.divider = undefined;
      this.setReading(other, false);
      other.items = [];
      other.shown = false;
    }
    room.shown = true;
    this.jump(room);
  }

  /** Goes to the newest messages. @param {Room} room */
  jump(room) {
    room.follow = true;
    if (!room.tail || room.items.length === 0) room.items = room.recent.slice();
    room.tail = true;
    this.#bound(room, "front");
    this.#on.messages(room);
  }

  /** Says whether the reader is looking at the newest message. @param {Room} room @param {boolean} reading */
  setReading(room, reading) {
    const seen = room.reading || reading;
    room.reading = reading;
    if (!seen || room.epoch === "") return;
    const { epoch, seq } = room;
    const was = kept.getJson("read", /** @type {Positions} */ ({}))[room.name];
    if (was?.epoch !== epoch || was.seq < seq) kept.setIn("read", room.name, { epoch, seq });
    if (room.unread === 0) return;
    room.unread = 0;
    this.#on.unread();
  }

  /** The link is open: joins every room, with its position. */
  up() {
    for (const room of this.#rooms.values()) this.join(room);
  }

  /** The link is down. */
  down() {
    for (const room of this.#rooms.values()) room.joined = room.joining = false;
  }

  /** Joins, or joins again because something was lost. @param {Room} room */
  join(room) {
    if (!this.#link.open || room.joining) return;
    room.joining = true;
    const after = room.epoch === "" ? undefined : { epoch: room.epoch, seq: room.seq };
    this.#link.ask({ type: "join", room: room.name, after }, (line) => {
      room.joining = false;
      if (this.#rooms.get(room.name) !== room) return;
      if (line.type === "joined") return this.#joined(room, line, after);
      if (line.code === "link_down") return;
      this.#on.barred(room, line.message);
      const again = () => this.#rooms.get(room.name) === room && !room.joined && this.join(room);
      setTimeout(again, line.retryAfterMs ?? limits.BACKOFF_MOST_MS);
    });
  }

  /** Takes in a push, or a `pong`. @param {Line} line */
  push(line) {
    if (line.type === "pong") return this.#compare(line.heads);
    const room = "room" in line && this.#rooms.get(line.room);
    if (!room || !room.joined) return;
    if (line.type === "message") this.#message(room, line);
    else if (line.type === "presence") this.#presence(room, line);
    else if (line.type === "typing") this.#typing(room, line.id);
    else if (line.type === "reset") this.#reset(room, line);
  }

  /**
   * Fetches a page of what is kept before a place into the shown room.
   *
   * @param {Room} room
   * @param {Place} place
   * @param {() => void} done called in any case
   */
  load(room, place, done) {
    this.#link.ask({ type: "history", room: room.name, before: place.seq, limit: limits.PAGE_MESSAGES }, (line) => {
      const fits = line.type === "history" && line.epoch === room.epoch && place.era === room.era && room.shown;
      if (fits) this.#insert(room, place, line);
      done();
    });
  }

  /** Fetches what follows the last message shown, where that is not the newest. @param {Room} room @param {() => void} done */
  loadNewer(room, done) {
    const last = room.items.at(-1);
    if (last === undefined || last.era !== room.era) return void (this.jump(room), done());
    const next = room.recent.findIndex((item) => byPlace(item, last) > 0);
    if (room.recent[next]?.seq === last.seq + 1) {
      room.items.push(...room.recent.slice(next));
      room.tail = true;
      this.#bound(room, "front");
      this.#on.messages(room);
      return done();
    }
    this.load(room, { era: room.era, seq: Math.min(last.seq + limits.PAGE_MESSAGES, room.seq) + 1 }, done);
  }

  /** @param {Room} room @param {Place} place @param {Of<"history">} page */
  #insert(room, place, page) {
    const next = room.items.findIndex((item) => byPlace(item, place) >= 0);
    const at = next < 0 ? room.items.length : next;
    const before = room.items[at - 1];
    const fresh = page.messages.map((message) => toItem(message, room.era));
    if (!page.more) room.keptFrom = fresh[0]?.seq ?? place.seq;
    room.items.splice(at, 0, ...fresh.filter((item) => before === undefined || byPlace(item, before) > 0));
    if (room.items.at(-1)?.seq === room.seq) room.tail = true;
    this.#bound(room, at < room.items.length / 2 ? "back" : "front");
    this.#on.messages(room);
  }

  /** @param {Room} room @param {Of<"joined">} line @param {Position | undefined} after */
  #joined(room, line, after) {
    room.joined = true;
    if (after === undefined) this.#firstSight(room, line);
    else if (line.epoch !== after.epoch || line.seq < after.seq) this.#newEra(room, 1);
    else if (!line.recovered && !room.reading) room.unread += line.missed ?? 0;
    room.epoch = line.epoch;
    room.memberCount = line.memberCount;
    room.members = namesOf(line.members);
    for (const message of line.messages) if (message.seq > room.seq) this.#take(room, message);
    if (!line.recovered) room.seq = Math.max(room.seq, line.seq);
    this.#on.messages(room);
    this.#on.people(room);
    this.#on.unread();
    this.#on.joined(room);
  }

  /**
   * Begins where the newest messages do, and finds what is unread since an earlier visit.
   * @param {Room} room @param {Of<"joined">} line
   */
  #firstSight(room, line) {
    const first = line.messages[0]?.seq ?? line.seq + 1;
    const read = kept.getJson("read", /** @type {Positions} */ ({}))[room.name];
    room.seq = first - 1;
    room.readTo = read?.epoch === line.epoch ? read.seq : line.seq;
    if (!room.reading) room.unread = Math.max(0, room.seq - room.readTo);
    const fresh = line.messages.find(({ seq, id }) => seq > room.readTo && id !== this.id);
    if (fresh !== undefined) room.divider = { era: room.era, seq: fresh.seq };
  }

  /** @param {Room} room @param {number} keptFrom */
  #newEra(room, keptFrom) {
    room.era++;
    room.seq = 0;
    room.readTo = 0;
    room.keptFrom = keptFrom;
  }

  /** @param {Room} room @param {Message} line */
  #message(room, line) {
    if (line.seq <= room.seq) return;
    if (line.seq > room.seq + 1) return this.join(room);
    this.#take(room, line);
    this.#on.messages(room);
  }

  /** @param {Room} room @param {Message} message the next one */
  #take(room, message) {
    const item = toItem(message, room.era);
    room.seq = item.seq;
    room.recent.push(item);
    if (room.recent.length > 2 * limits.RECENT_MESSAGES) room.recent.splice(0, limits.RECENT_MESSAGES);
    if (room.shown && room.tail) {
      room.items.push(item);
      const most = limits.WINDOW_MESSAGES + limits.WINDOW_SLACK_MESSAGES;
      if (room.items.length > most) this.#bound(room, room.follow ? "front" : "back");
    }
    if (!room.reading && item.id !== this.id && item.seq > room.readTo) {
      if (room.unread++ === 0 || room.divider === undefined) room.divider = item;
      this.#on.unread();
    }
    if (room.typing.delete(item.id)) this.#on.people(room);
    this.#on.taken(room, item);
  }

  /** @param {Room} room @param {"front" | "back"} end which to take from */
  #bound(room, end) {
    const excess = room.items.length - limits.WINDOW_MESSAGES;
    if (excess <= 0) return;
    if (end === "front") return void room.items.splice(0, excess);
    room.items.splice(-excess);
    room.tail = false;
  }

  /** @param {Room} room @param {Of<"presence">} line */
  #presence(room, line) {
    if (line.members !== undefined) room.members = namesOf(line.members);
    for (const id of line.leaves) room.members.delete(id);
    for (const { id, name } of line.joins) if (room.members.size < limits.PEOPLE) room.members.set(id, name);
    room.memberCount = line.memberCount;
    this.#on.people(room);
  }

  /** @param {Room} room @param {string} id */
  #typing(room, id) {
    if (id === this.id || room.typing.size >= limits.PEOPLE) return;
    room.typing.set(id, Date.now() + limits.TYPING_SHOWN_MS);
    this.#on.people(room);
    setTimeout(() => {
      if ((room.typing.get(id) ?? Infinity) <= Date.now() && room.typing.delete(id)) this.#on.people(room);
    }, limits.TYPING_SHOWN_MS + 10);
  }

  /** @param {Room} room @param {Of<"reset">} line */
  #reset(room, line) {
    if (line.epoch !== room.epoch) this.#newEra(room, line.first);
    else if (!room.reading) room.unread += Math.max(0, line.head - room.seq);
    room.epoch = line.epoch;
    room.keptFrom = line.first;
    room.seq = line.head;
    this.#on.messages(room);
    this.#on.joined(room);
    if (room.shown && line.first <= line.head) this.load(room, room.end, () => {});
  }

  /** A head beyond what was taken in means a loss. @param {Positions} heads */
  #compare(heads) {
    for (const room of this.#rooms.values()) {
      const head = heads[room.name];
      if (head === undefined || !room.joined) continue;
      if (head.epoch !== room.epoch || head.seq > room.seq) this.join(room);
    }
  }
}

/** @param {Message} message @param {number} era @returns {Item} */
function toItem({ seq, id, name, text, ts, nonce }, era) {
  return { era, seq, id, name, text, ts, nonce };
}

/** @param {import("./link.js").Member[]} members @returns {Map<string, string>} */
function namesOf(members = []) {
  return new Map(members.map(({ id, name }) => [id, name]));
}
