/**
 * A client of rooms that belong to somebody: it comes, is sent out, comes back, and tries what it may not. It connects again whenever its connection
 * breaks, and never sends a command twice.
 *
 * @module
 */

import type { Random } from "../../../lib/random.ts";
import type { Connection, World } from "../../client/world.ts";
import { marksIn, type Membership } from "./membership.ts";

export interface Plan {
  name: string;
  id: string;
  key?: string;
  dialect: "chat.v1" | "plain";
  changes: boolean;
  /** Of a plain client, the one that it is in. */
  rooms: string[];
}

/** What all clients of a run know. */
export interface Common {
  /** The newest event of a room, as evidence: in real time that is the moment, whose event the store tells in the end. */
  head(room: string): number;
  /** The newest event of a room that anybody knows. */
  newest(room: string): number;
  /** All ids of the run. */
  ids: readonly string[];
  /** The rooms that were made. */
  rooms: string[];
  /** Two of them, who have a room. */
  pair: readonly [string, string];
  blame(what: string): void;
}

/** A line, as loosely as it is read here. */
interface Line {
  type: string;
  ref?: string;
  room?: string;
  seq?: number;
  code?: string;
  recovered?: boolean;
  epoch?: string;
  rev?: number;
  target?: number;
  emoji?: string;
  ids?: string[];
  messages?: Line[];
  refs?: Line[];
}

const AGAIN_MS = 700;
const SILENT_MS = 6_000;
const CONNECT_MS = 5_000;
const EMOJI = ["👍", "🎉", "❤️"];

export class OwnedClient {
  readonly plan: Plan;
  readonly memberships: Membership[] = [];
  /** The room that each command with a nonce was for, and the membership in which it was sent. */
  readonly sent = new Map<string, Membership | undefined>();
  /** Why it was not let in last. */
  readonly refusals = new Map<string, string>();
  readonly #world: World;
  readonly #common: Common;
  readonly #random: Random;
  readonly #open = new Map<string, Membership>();
  readonly #positions = new Map<string, { epoch: string; seq: number }>();
  /** Commands without an answer, by `ref`. */
  readonly #asked = new Map<string, Record<string, unknown>>();
  #connection: Connection | undefined;
  #session = 0;
  #isOpen = false;
  #greeted = false;
  #heardAt = 0;
  #count = 0;

  constructor(plan: Plan, world: World, common: Common) {
    this.plan = plan;
    this.#world = world;
    this.#common = common;
    this.#random = world.random;
  }

  /** The room that it is in now. */
  membership(room: string): Membership | undefined {
    return this.#open.get(room);
  }

  /** Commands that nobody has answered, in words. */
  get unanswered(): string[] {
    const isOld = ({ askedAt }: Record<string, unknown>) => this.#world.now() - Number(askedAt) > SILENT_MS;
    return Array.from(this.#asked.values()).filter(isOld).map((command) => JSON.stringify(command));
  }

  /** Whether it is where it may be, as far as it knows, and waits for nothing. */
  get isSettled(): boolean {
    if (this.plan.dialect === "plain") return true;
    const isPlaced = (room: string) =>
      this.#open.has(room) || (this.refusals.get(room) ?? "unavailable") !== "unavailable";
    return this.#greeted && this.#asked.size === 0 && this.#common.rooms.every(isPlaced);
  }

  start(): void {
    const session = ++this.#session;
    const mine = (run: () => void) => () => session === this.#session && run();
    this.#heardAt = this.#world.now();
    this.#connection = this.#world.dial({
      opened: mine(() => this.#opened()),
      frame: (text) => session === this.#session && this.#take(text),
      closed: (code) => session === this.#session && this.#over(code),
    });
    const look = mine(() => {
      if (this.#world.now() - this.#heardAt > SILENT_MS && this.plan.dialect === "chat.v1") return this.#over();
      if (this.#greeted) this.#ask({ type: "ping" });
      this.#world.after(2_000, look);
    });
    this.#world.after(2_000, look);
    this.#world.after(CONNECT_MS, mine(() => this.#isOpen || this.#over()));
  }

  stop(): void {
    this.#session++;
    this.#connection?.close("it leaves");
  }

  /** Writes something in a room. */
  say(room: string): void {
    if (this.plan.dialect === "plain") {
      if (this.#open.has(room)) this.#connection?.send(this.#mark());
    } else this.#do(room, { type: "publish", text: this.#mark() });
  }

  /** Does this or that in a room, which it may or may not. */
  act(room: string): void {
    if (this.plan.dialect === "plain") return this.say(room);
    const random = this.#random;
    const target = random.int(1, Math.max(this.#common.newest(room), 1));
    const text = () => this.#mark();
    const emoji = random.pick(EMOJI);
    random.pick([
      () => this.say(room),
      () => this.#do(room, { type: "publish", text: text(), reply: target }),
      () => this.#do(room, { type: "react", target, emoji, on: random.chance(0.8) }),
      () => this.#do(room, { type: "edit", target, version: random.pick([0, 0, 1]), text: text() }),
      () => random.chance(0.3) && this.#do(room, { type: "delete", target }),
      () => this.#in(room, { type: "history" }),
      () => this.#in(room, { type: "history", after: Math.max(target - 5, 0) }),
      () => this.#in(room, { type: "reactors", target, emoji }),
      () => this.#in(room, { type: "typing" }),
      () => random.chance(0.3) && this.#do(room, { type: "pin", target: random.pick([target, target, null]) }),
      () => random.chance(0.3) && this.govern(room),
    ])();
  }

  /** Opens the room of two, or comes back to it, if it is one of the two. */
  talk(): void {
    const { pair } = this.#common;
    const at = pair.indexOf(this.plan.id);
    if (this.#greeted && at >= 0) this.#ask({ type: "dm", id: pair[1 - at] });
  }

  /** Gives somebody another place, or sets the room up, as far as it may. */
  govern(room: string): void {
    const random = this.#random;
    const id = random.pick(this.#common.ids);
    const set = random.pick([
      { locked: random.chance(0.4) },
      { writers: random.pick(["all", "all", "known", "members"]) },
      { visibility: random.pick(["private", "public"]) },
      { archived: random.chance(0.2) },
    ]);
    const fields = random.pick([
      { role: "banned" },
      { role: "guest" },
      { role: "guest" },
      { role: "member" },
      { role: "member" },
      { role: "moderator" },
      { kick: true },
      { kick: true },
      { mute: true },
      { mute: false },
    ]);
    if (random.chance(0.25)) this.#do(room, { type: "settings", set });
    else this.#do(room, { type: "member", id, ...fields });
  }

  /** Makes a room, which its reply names. */
  create(nonce: string, set: object, room?: string): void {
    this.sent.set(nonce, undefined);
    this.#ask({ type: "create", nonce, set, room });
  }

  get greeted(): boolean {
    return this.#greeted;
  }

  #mark(): string {
    return `<${this.plan.name}.${++this.#count}>`;
  }

  #do(room: string, command: Record<string, unknown>): void {
    const membership = this.#open.get(room);
    if (membership === undefined) return;
    const nonce = String(command.text ?? this.#mark());
    this.sent.set(nonce, membership);
    this.#in(room, { ...command, nonce });
  }

  #in(room: string, command: Record<string, unknown>): void {
    if (this.#open.has(room)) this.#ask({ ...command, room });
  }

  #ask(command: Record<string, unknown>): void {
    const ref = `${++this.#count}`;
    this.#asked.set(ref, { ...command, askedAt: this.#world.now() });
    this.#connection?.send(JSON.stringify({ ...command, ref }));
  }

  #opened(): void {
    this.#isOpen = true;
    const { dialect, name, key, changes, rooms } = this.plan;
    const features = changes ? ["changes"] : [];
    if (dialect === "chat.v1") return this.#ask({ type: "hello", name, key, features });
    this.#enter(rooms[0]!, { seq: 0, head: Infinity }, 0);
  }

  #join(room: string): void {
    this.#ask({ type: "join", room, after: this.#random.chance(0.8) ? this.#positions.get(room) : undefined });
  }

  #enter(room: string, joined: Membership["joined"], next: number): Membership {
    const { name: client, id } = this.plan;
    const membership: Membership = { client, id, room, joined, next, seen: [] };
    this.memberships.push(membership);
    this.#open.set(room, membership);
    return membership;
  }

  #over(code?: number): void {
    this.#session++;
    this.#connection?.close("over");
    this.#connection = undefined;
    this.#isOpen = false;
    this.#greeted = false;
    this.#open.clear();
    this.#asked.clear();
    if (this.plan.dialect === "plain" && code === 1008) this.refusals.set(this.plan.rooms[0]!, "1008");
    const session = this.#session;
    this.#world.after(this.#random.between(50, AGAIN_MS), () => session === this.#session && this.start());
  }

  #take(frame: string): void {
    this.#heardAt = this.#world.now();
    if (this.plan.dialect === "plain") return this.#see(this.plan.rooms[0]!, { type: "text" }, frame);
    for (const text of frame.split("\n")) {
      const line = JSON.parse(text) as Line;
      const asked = this.#asked.get(line.ref ?? "");
      if (line.ref !== undefined) this.#asked.delete(line.ref);
      this.#read(line, text, asked);
    }
  }

  #read(line: Line, text: string, asked: Record<string, unknown> = {}): void {
    const room = line.room ?? String(asked.room ?? "");
    if (line.type === "welcome") {
      this.#greeted = true;
      for (const each of this.#common.rooms) this.#join(each);
    } else if (line.type === "joined") this.#joined(line, text);
    else if (line.type === "ok") {
      if ((asked.type === "create" || asked.type === "dm") && !this.#common.rooms.includes(room)) {
        this.#common.rooms.push(room);
      }
    } else if (line.type === "error") {
      if (asked.type === "join") this.#again(room, line.code!);
    } else if (line.type === "removed") {
      const membership = this.#open.get(room);
      if (membership === undefined) return this.#common.blame(`${this.plan.name} was sent out of ${room} twice`);
      membership.removed = { seq: line.seq!, code: line.code! };
      this.#open.delete(room);
      this.#again(room, line.code!);
    } else if (line.type === "reset") this.#common.blame(`${this.plan.name} was told of a loss in ${room}`);
    // Tells of a place that somebody has got, whether it is in the room or not.
    else if (line.type !== "mine" && line.room !== undefined) this.#see(room, line, text);
  }

  /** Tries to come back, as long as this connection stands. */
  #again(room: string, code: string): void {
    this.refusals.set(room, code);
    const session = this.#session;
    this.#world.after(this.#random.between(AGAIN_MS / 2, 2 * AGAIN_MS), () => {
      if (session === this.#session && !this.#open.has(room)) this.#join(room);
    });
  }

  /** Goes into rooms that were made since it came. */
  lookRound(): void {
    if (!this.#greeted) return;
    for (const room of this.#common.rooms) if (!this.#open.has(room)) this.#join(room);
  }

  #joined(line: Line, text: string): void {
    const { room, seq, recovered, messages } = line as Required<Line>;
    this.refusals.delete(room);
    const last = recovered ? messages.at(-1)?.seq ?? this.#positions.get(room)!.seq : seq;
    this.#enter(room, { seq, head: this.#common.head(room) }, last + 1);
    this.#positions.set(room, { epoch: line.epoch!, seq: last });
    this.#see(room, line, text);
  }

  #see(room: string, line: Line, text: string): void {
    const membership = this.#open.get(room);
    if (membership === undefined) {
      return this.#common.blame(`${this.plan.name} is not in ${room}, and got ${text.slice(0, 200)}`);
    }
    const { type, seq, target, emoji, ids } = line;
    const rev = Math.max(0, ...[line, ...line.messages ?? [], ...line.refs ?? []].map((one) => one.rev ?? 0));
    const reactors = type === "reactors" ? { target: target!, emoji: emoji!, ids: ids! } : undefined;
    membership.seen.push({ type, seq, rev, head: this.#common.head(room), marks: marksIn(text), reactors });
    if (type !== "message" && type !== "change") return;
    if (seq !== membership.next) {
      this.#common.blame(`${this.plan.name} got ${seq} of ${room} where ${membership.next} comes next`);
    }
    membership.next = seq! + 1;
    this.#positions.set(room, { epoch: this.#positions.get(room)!.epoch, seq: seq! });
  }
}
