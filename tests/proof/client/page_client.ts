/**
 * The page's own client as a participant: its link, rooms, unsent messages and timelines, as `static/page_state.js` puts them
 * together, on a wire that is witnessed, with a storage that survives its reload. What it shows is evidence as well.
 *
 * @module
 */

import { loadAfter, loadBefore, loadNewest, refresh } from "../../../static/browsing.js";
import { Client } from "../../../static/client/client.js";
import type { Entry, Intent } from "../../../static/client/entries.js";
import { KEEPING } from "../../../static/client/keeping.js";
import type { Room } from "../../../static/client/room.js";
import { Storage } from "../../../static/client/storage.js";
import { gapBefore } from "../../../static/gaps.js";
import { WINDOW_MESSAGES } from "../../../static/limits.js";
import { Timeline } from "../../../static/timeline.js";
import type { ClientLog, Position } from "../judge/evidence.ts";
import { type Deed, deedOf } from "./deeds.ts";
import { witnessed } from "./witness.ts";
import type { Act, Connection, Dial, Identity, Participant, World } from "./world.ts";

export class PageClient implements Participant {
  readonly log: ClientLog;
  readonly rooms: readonly string[];
  readonly #world: World;
  readonly #key: string | undefined;
  readonly #dial: Dial;
  readonly #area = new Area();
  readonly #timelines = new Map<string, Timeline>();
  /** The epoch of each era of a room. */
  readonly #epochs = new Map<string, string>();
  /** What happens to the next messages. */
  readonly #mishaps: Act["type"][] = [];
  #client: Client | undefined;
  #connection: Connection | undefined;
  /** Counts reloads: timers and connections of an earlier life are ignored. */
  #life = 0;
  /** Tabs so far: one that is loaded again is the same. */
  #tabs = 1;
  #said = 0;

  constructor({ name, id, key, rooms }: Identity, world: World) {
    this.log = { name, id, dialect: "chat.v1", events: [] };
    this.rooms = rooms;
    this.#world = world;
    this.#key = key;
    this.#dial = witnessed(world.dial, this.log, world.now);
  }

  start(): void {
    this.#epochs.clear();
    const client = this.#client = this.#load();
    client.unsent.author = { id: this.log.id, name: this.#name };
    for (const room of this.rooms) this.#open(room);
    client.unsent.start();
    client.link.start();
    this.#wake();
  }

  act({ type, room, filling = "" }: Act): void {
    if (this.#client === undefined) return;
    if (type === "open another tab instead") this.#tabs++;
    if (type === "reload" || type === "open another tab instead") return this.#reload();
    if (type === "come back") return this.#open(room);
    if (type === "miss a message" || type === "get a message twice") return void this.#mishaps.push(type);
    const timeline = this.#timelines.get(room);
    if (timeline === undefined) return;
    if (type === "say") this.#say(room, { text: this.#text(room, filling) });
    else if (type === "leave") this.#leave(timeline.room);
    else if (type === "ask history") readBack(timeline);
    else if (type === "look") {
      timeline.jump();
      this.#look(timeline);
    } else this.#change(type, timeline, filling);
  }

  stop(): void {
    this.#end("it leaves");
  }

  keeps(nonce: string): boolean {
    return this.rooms.some((room) => this.#client?.unsent.of(room).some((entry) => entry.nonce === nonce)) ||
      this.#area.includes(nonce);
  }

  waiting(room: string): number {
    return this.#client?.unsent.of(room).length ?? 0;
  }

  position(room: string): Position | undefined {
    const { epoch = "", seq = 0 } = this.#client?.rooms.get(room) ?? {};
    return epoch === "" ? undefined : { epoch, seq };
  }

  unfinished(head: (room: string) => Position): string[] {
    const left = this.#area.includes('"pending"') ? ["something is still to be sent"] : [];
    return left.concat(this.rooms.flatMap((room) => {
      const { epoch, seq } = head(room);
      const lacks = this.#client!.unsent.of(room).map(({ nonce, state, reason }) =>
        `${nonce} is ${state} ${reason ?? ""}`
      );
      const position = this.position(room);
      const isThere = position?.epoch === epoch && position.seq === seq && this.#client!.rooms.get(room)!.joined;
      if (!isThere) {
        lacks.push(`it has ${position?.seq} (${position?.epoch}) of ${room}, which is at ${seq} (${epoch})`);
      }
      return lacks;
    }));
  }

  /** Loads the page. Its timers and its connection end with it. */
  #load(): Client {
    const life = ++this.#life;
    const { now, after, random } = this.#world;
    const whileItLives = (run: () => void) => life === this.#life && run();
    const nothing = () => {};
    return new Client({
      now,
      elapsed: now,
      random: () => random.next(),
      randomHex: (bytes) => Array.from({ length: bytes }, () => random.int(16, 255).toString(16)).join(""),
      storage: new Storage(() => this.#area),
      tab: `tab ${this.#tabs}`,
      after: (ms, run) => {
        let isDue = true;
        after(ms, () => whileItLives(() => isDue && run()));
        return () => isDue = false;
      },
      dial: (_url, _protocol, { opened, received, closed }) => {
        const connection = this.#connection = this.#dial({
          opened: () => whileItLives(opened),
          frame: (text) => whileItLives(() => received(this.#disturb(text))),
          closed: (code) => whileItLives(() => closed(code)),
        });
        return { send: (frame) => connection.send(frame), close: () => connection.close("the page closes it") };
      },
    }, {
      keeper: KEEPING,
      url: () => "",
      hello: () => ({ name: this.#name, key: this.#key }),
      on: {
        state: nothing,
        welcome: nothing,
        refused: nothing,
        began: (room) => this.#note(room),
        gap: (room) => {
          this.#note(room);
          this.#timelines.get(room.name)?.gap();
        },
        received: (room, item) => {
          this.#note(room);
          this.#timelines.get(room.name)?.received(item);
        },
        changed: (room, event, place) => this.#timelines.get(room.name)?.changed(event, place),
        joined: (room) => this.#with(room, (timeline) => (timeline.joined(), refresh(timeline))),
        reset: (room) => this.#with(room, loadNewest),
        people: nothing,
        joinRefused: nothing,
        unsent: (room) => after(0, () => whileItLives(() => this.#mend(room))),
        stored: nothing,
      },
    });
  }

  /** Gives what the page gets of a frame: all of it, unless something is to happen to its first message. */
  #disturb(frame: string): string {
    const lines = frame.split("\n");
    const index = this.#mishaps.length === 0 ? -1 : lines.findIndex((line) => line.startsWith('{"type":"message"'));
    if (index < 0) return frame;
    const isMissed = this.#mishaps.shift() === "miss a message";
    const { room, seq } = JSON.parse(lines[index]!);
    if (isMissed) this.log.events.push({ at: this.#world.now(), type: "missed", room, seq });
    return lines.toSpliced(index, isMissed ? 1 : 0, ...isMissed ? [] : [lines[index]!]).join("\n");
  }

  #open(name: string): void {
    if (this.#client === undefined || this.#timelines.has(name)) return;
    const client = this.#client;
    this.#timelines.set(name, new Timeline(client, client.rooms.open(name), () => {}));
  }

  /** Does something with the timeline of a room, if that is open. */
  #with({ name }: Room, run: (timeline: Timeline) => void): void {
    const timeline = this.#timelines.get(name);
    if (timeline !== undefined) run(timeline);
  }

  #say(room: string, intent: Intent): void {
    const { unsent } = this.#client!;
    if (unsent.full) return;
    this.log.events.push({ at: this.#world.now(), type: "said", room, text: intent.text! });
    unsent.add(room, intent);
  }

  #text(room: string, filling: string): string {
    return `${this.log.name} says ${++this.#said} in ${room} ${filling}`;
  }

  /** Does something to a message that is on the screen. */
  #change(type: Act["type"], { room, items }: Timeline, filling: string): void {
    const { unsent } = this.#client!;
    const pending = unsent.of(room.name).filter(({ type, state }) => type === undefined && state === "pending");
    const deed = deedOf(type, {
      id: this.log.id,
      isProven: true,
      messages: items.filter((item) => item.era === room.era && !item.unknown),
      unacknowledged: pending.map(({ nonce }) => nonce),
      text: this.#text(room.name, filling),
      random: this.#world.random,
    });
    if (deed === undefined || unsent.full) return;
    const intent = intentOf(deed, room.epoch);
    if (deed.type === "publish") this.#say(room.name, intent);
    else unsent.add(room.name, intent);
  }

  /** Somebody reads that something could not be sent: a change is given up, and a message is to be sent all the same, if not as an answer. */
  #mend(room: string): void {
    const { unsent } = this.#client!;
    for (const entry of unsent.of(room).filter(({ state }) => state === "failed")) {
      if (entry.type !== undefined) unsent.remove(entry);
      else unsent.retry(entry, { reply: undefined, targetEpoch: undefined });
    }
  }

  /** Leaves a room as `static/page_state.js` does: not while a message is on its way to it. */
  #leave(room: Room): void {
    if (this.waiting(room.name) > 0) return;
    this.#look(this.#timelines.get(room.name)!);
    this.#timelines.delete(room.name);
    this.#client!.rooms.close(room);
  }

  #reload(): void {
    for (const timeline of this.#timelines.values()) this.#look(timeline);
    this.#end("the page is loaded again");
    this.#timelines.clear();
    this.start();
  }

  /** Records what is on the screen. */
  #look({ room: { name: room }, items }: Timeline): void {
    const messages = items.map(({ era, from: _, ordinal: __, unknown: ___, ...message }) => ({
      ...message,
      epoch: this.#epochs.get(`${room} ${era}`) ?? "",
    }));
    const full = items.length >= WINDOW_MESSAGES;
    const unsent = this.#client!.unsent.of(room).map(({ nonce }) => nonce);
    this.log.events.push({ at: this.#world.now(), type: "shows", room, messages, unsent, full });
  }

  #note({ name, era, epoch }: Room): void {
    this.#epochs.set(`${name} ${era}`, epoch);
  }

  get #name(): string {
    return `Name of ${this.log.name}`;
  }

  #end(why: string): void {
    this.#life++;
    this.#connection?.close(why);
  }

  /** Wakes the link from time to time, as the page does when somebody comes back to its tab. */
  #wake(): void {
    const life = this.#life;
    this.#world.after(this.#world.patience.pingMs, () => {
      if (life !== this.#life) return;
      this.#client!.link.wake();
      this.#wake();
    });
  }
}

/** What somebody at a screen wants, as the page keeps it. @param epoch under which the number of a message counts */
function intentOf({ type, ...fields }: Deed, epoch: string): Intent {
  const named: Partial<Entry> = fields;
  const isNumbered = named.target !== undefined || named.reply !== undefined;
  return { ...fields, type: type === "publish" ? undefined : type, targetEpoch: isNumbered ? epoch : undefined };
}

/** Fetches what is in the first gap, from above or from below; or what is before the first message. */
function readBack(timeline: Timeline): void {
  const { room, items } = timeline;
  const gap = items.findIndex((item, index) => gapBefore(room, items[index - 1], item)?.loadable);
  const above = items[gap - 1];
  if (above !== undefined && above.era === room.era && items.length % 2 === 0) loadAfter(timeline, above, () => {});
  else loadBefore(timeline, items[gap] ?? items[0] ?? room.end, () => {});
}

/** A storage like `localStorage`, which survives a reload. */
class Area {
  readonly #values = new Map<string, string>();

  get length(): number {
    return this.#values.size;
  }

  /** Whether a value contains this. */
  includes(part: string): boolean {
    return [...this.#values.values()].some((value) => value.includes(part));
  }

  key(index: number): string | null {
    return [...this.#values.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#values.set(key, value);
  }

  removeItem(key: string): void {
    this.#values.delete(key);
  }
}
