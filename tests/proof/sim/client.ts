/**
 * A simulated `chat.v1` client. It does what `chat/protocol.md` says a client must do to lose nothing, and keeps what it saw
 * as evidence.
 *
 * @module
 */

import { PAGE_MESSAGES } from "../../../chat/limits.ts";
import type { Command, Push, Reply } from "../../../chat/wire/lines.ts";
import type { ClientEvent, ClientLog, Position } from "../judge/evidence.ts";
import type { Database } from "./database.ts";
import type { Link, LinkListener } from "./link.ts";
import type { Random } from "../../lib/random.ts";
import type { Act, ClientPlan } from "./scenario.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** What a client needs of the world. */
export interface ClientWorld {
  readonly time: VirtualTime;
  /** A connection to some server; undefined where none can be had. */
  dial(client: { plan: ClientPlan; random: Random; listener: LinkListener }): Link | undefined;
  /** Told of each `ok`. @param sentAt the step in which the server sent it */
  acked(id: string, room: string, nonce: string, place: Position, sentAt: number): void;
  /** Told of what only the client can see to be wrong. */
  blame(client: string, promise: number, what: string): void;
}

/** An event whose time is still to be added. */
export type WithoutTime<T> = T extends unknown ? Omit<T, "at"> : never;

/** Someone who takes part. */
export interface Participant {
  readonly plan: ClientPlan;
  readonly log: ClientLog;
  /** The connection, while there is one. */
  readonly link: Link | undefined;
  /** Begins. */
  start(): void;
  /** Does something of its own accord. */
  act(act: Act): void;
  /** Goes, for good. */
  stop(): void;
}

/** A message that is kept until it is answered. */
interface Kept {
  room: string;
  nonce: string;
  text: string;
  underWay: boolean;
  notBefore: number;
}

const PING_MS = 2_000;
const PONG_MS = 5_000;
/** How long it waits before it sends again what is stored in another life of the store than the room's. */
const AGAIN_MS = 1_000;
const BACKOFF_MS = { least: 500, most: 2_000 };
export class Client implements Participant, LinkListener {
  readonly plan: ClientPlan;
  readonly log: ClientLog;
  readonly #world: ClientWorld;
  readonly #random: Random;
  /** Up to where it has each room: what it keeps over reloads. */
  readonly #positions = new Map<string, Position>();
  /** Up to where the present connection has sent each room. */
  readonly #runs = new Map<string, Position>();
  readonly #kept: Kept[] = [];
  /** The nonce that was acknowledged last, by room. */
  readonly #used = new Map<string, string>();
  readonly #asked = new Map<string, Command>();
  /** What was published on the present connection and is not answered, by room, in order. */
  readonly #unanswered = new Map<string, { nonce: string; overtakenBy?: string }[]>();
  #link: Link | undefined;
  #session = 0;
  #refs = 0;
  #said = 0;
  #backoffMs = BACKOFF_MS.least;
  #comeBackAfterMs: number | undefined;
  #stopped = false;

  /** Does nothing until it is started. */
  constructor(plan: ClientPlan, world: ClientWorld, random: Random) {
    this.plan = plan;
    this.#world = world;
    this.#random = random;
    this.log = { name: plan.name, id: plan.id, dialect: "chat.v1", events: [] };
  }

  get link(): Link | undefined {
    return this.#link;
  }

  start(): void {
    const session = ++this.#session;
    const listener: LinkListener = {
      opened: () => session === this.#session && this.opened(),
      frame: (text, sentAt) => session === this.#session && this.frame(text, sentAt),
      closed: (code, reason) => session === this.#session && this.closed(code, reason),
    };
    this.#link = this.#world.dial({ plan: this.plan, random: this.#random, listener });
    if (this.#link === undefined) this.#comeBack();
  }

  act({ type, room }: Act): void {
    if (type === "rejoin") this.#runs.has(room) && this.#join(room);
    else if (type === "say") this.#say(room);
    else if (type === "reuse nonce") {
      const nonce = this.#used.get(room);
      if (nonce !== undefined && !this.keeps(nonce)) this.#say(room, nonce);
    } else if (this.#runs.has(room)) {
      this.#command({ type: "history", ref: this.#ref(), room, limit: PAGE_MESSAGES });
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#session++;
    this.#link?.closeFromClient();
    this.#link = undefined;
  }

  /** Whether it may still send the message with this nonce. */
  keeps(nonce: string): boolean {
    return this.#kept.some((kept) => kept.nonce === nonce);
  }

  /** What it still lacks, in words; nothing if all is well. */
  unfinished(database: Database): string[] {
    const lacks = this.#kept.map(({ nonce }) => `${nonce} is not answered`);
    for (const room of this.plan.rooms) {
      const { epoch, head } = database.read(room, { limit: 0 });
      const run = this.#runs.get(room);
      if (run?.epoch === epoch && run.seq === head) continue;
      const has = run === undefined ? "is not in" : `has ${run.seq} (${run.epoch}) of`;
      lacks.push(`it ${has} ${room}, which is at ${head} (${epoch})`);
    }
    return lacks;
  }

  opened(): void {
    this.#note({ type: "opened" });
    this.#command({ type: "hello", ref: this.#ref(), name: `Name of ${this.plan.name}` });
    for (const room of this.plan.rooms) this.#join(room);
    this.#ping();
  }

  closed(code: number, reason: string): void {
    this.#note({ type: "closed", why: `${code} ${reason}`.trim() });
    this.#session++;
    this.#link = undefined;
    this.#runs.clear();
    this.#asked.clear();
    this.#unanswered.clear();
    for (const kept of this.#kept) {
      // A refusal may have been lost with the connection: what was sent behind the message may have passed it.
      if (kept.underWay) {
        const { room, nonce, text } = kept;
        this.#note({ type: "refused", room, nonce, text, code: "lost", final: false });
      }
      Object.assign(kept, { underWay: false, notBefore: 0 });
    }
    this.#comeBack();
  }

  frame(text: string, sentAt: number): void {
    const session = this.#session;
    for (const line of text.split("\n")) {
      if (session === this.#session) this.#take(JSON.parse(line) as Reply | Push, sentAt);
    }
  }

  #comeBack(): void {
    if (this.#stopped) return;
    const wait = this.#comeBackAfterMs ?? this.#random.between(0, this.#backoffMs);
    this.#comeBackAfterMs = undefined;
    this.#backoffMs = Math.min(2 * this.#backoffMs, BACKOFF_MS.most);
    this.#world.time.after(wait, () => this.#stopped || this.#link || this.start());
  }

  #note(event: WithoutTime<ClientEvent>): void {
    this.log.events.push({ at: this.#world.time.now, ...event } as ClientEvent);
  }

  #ref(): string {
    return String(++this.#refs);
  }

  #command(command: Command): void {
    if (command.ref !== undefined) this.#asked.set(command.ref, command);
    this.#link?.sendUp(JSON.stringify(command));
  }

  /** Does something later, unless the connection has ended by then. */
  #later(ms: number, run: () => void): void {
    const session = this.#session;
    this.#world.time.after(ms, () => session === this.#session && run());
  }

  #join(room: string): void {
    this.#command({ type: "join", ref: this.#ref(), room, after: this.#positions.get(room) });
  }

  #ping(): void {
    const ref = this.#ref();
    this.#command({ type: "ping", ref });
    this.#later(PONG_MS, () => {
      if (!this.#asked.has(ref)) return;
      this.#link?.closeFromClient();
      this.closed(1006, "no pong");
    });
    this.#later(PING_MS * this.#random.between(0.8, 1.2), () => this.#ping());
  }

  /** Keeps a message until it is answered, under a nonce of its own or another one's. */
  #say(room: string, nonce = `${this.plan.name}-${this.#said + 1}`): void {
    const text = `${this.plan.name} says ${++this.#said} in ${room} ${"x".repeat(this.plan.filling)}`;
    this.#keep(room, nonce, text);
  }

  #keep(room: string, nonce: string, text: string): void {
    this.#kept.push({ room, nonce, text, underWay: false, notBefore: 0 });
    this.#publish();
  }

  #publish(): void {
    const { now } = this.#world.time;
    const held = new Set<string>();
    let underWay = this.#kept.filter((kept) => kept.underWay).length;
    for (const kept of this.#kept) {
      if (underWay >= this.plan.window) return;
      if (kept.notBefore > now) held.add(kept.room);
      if (kept.underWay || held.has(kept.room) || !this.#runs.has(kept.room)) continue;
      const { room, nonce, text } = kept;
      kept.underWay = true;
      underWay++;
      this.#note({ type: "sent", room, nonce, text });
      this.#unanswered.set(room, [...this.#unanswered.get(room) ?? [], { nonce }]);
      this.#command({ type: "publish", ref: this.#ref(), room, nonce, text });
    }
  }

  #take(line: Reply | Push, sentAt: number): void {
    const command = "ref" in line && line.ref !== undefined ? this.#asked.get(line.ref) : undefined;
    if ("ref" in line && line.ref !== undefined) {
      if (!this.#asked.delete(line.ref)) {
        this.#world.blame(this.plan.name, 9, `a second reply, or to nothing: ${line.type}`);
      }
    }
    if (line.type === "joined") this.#takeJoined(line, command as Command & { type: "join" });
    else if (line.type === "message") this.#takeMessage(line);
    else if (line.type === "reset") this.#takeReset(line);
    else if (line.type === "history") this.#note({ ...line });
    else if (line.type === "pong") this.#takePong(line.heads);
    else if (line.type === "ok" && command?.type === "publish") {
      this.#takeAck(command, line, sentAt);
    } else if (line.type === "error") this.#takeError(line, command);
    else if (line.type === "reconnect") this.#comeBackAfterMs = line.afterMs;
  }

  #takeJoined(
    { room, epoch, seq, recovered, missed, messages }: Reply & { type: "joined" },
    command: Command & { type: "join" },
  ): void {
    this.#note({ type: "joined", room, after: command.after, epoch, seq, recovered, missed, messages });
    const end = { epoch, seq: messages.at(-1)?.seq ?? (recovered ? command.after!.seq : seq) };
    this.#runs.set(room, end);
    const position = this.#positions.get(room);
    if (!recovered || position === undefined || position.epoch !== epoch || position.seq < end.seq) {
      this.#positions.set(room, { ...end });
    }
    this.#publish();
  }

  #takeMessage({ room, type, ...message }: Push & { type: "message" }): void {
    this.#note({ type, room, message });
    const run = this.#runs.get(room);
    if (run === undefined) return;
    const isGap = message.seq > run.seq + 1;
    run.seq = Math.max(run.seq, message.seq);
    const position = this.#positions.get(room)!;
    if (isGap) this.#join(room);
    else if (position.epoch !== run.epoch || message.seq > position.seq) this.#positions.set(room, { ...run });
  }

  #takeReset({ room, epoch, first, head }: Push & { type: "reset" }): void {
    this.#note({ type: "reset", room, epoch, first, head });
    const run = this.#runs.get(room);
    if (run?.epoch === epoch && run.seq > head) {
      this.#world.blame(
        this.plan.name,
        2,
        `a reset leads back from ${run.seq} to ${head} of ${room}, under the same epoch`,
      );
    }
    this.#runs.set(room, { epoch, seq: head });
    this.#positions.set(room, { epoch, seq: head });
    this.act({ at: 0, type: "ask history", room });
  }

  #takePong(heads: Record<string, Position>): void {
    for (const [room, head] of Object.entries(heads)) {
      const run = this.#runs.get(room);
      if (run?.epoch === head.epoch && run.seq === head.seq) continue;
      const has = run === undefined ? "nothing" : `${run.seq} (${run.epoch})`;
      this.#world.blame(
        this.plan.name,
        5,
        `a pong says that ${room} was sent up to ${head.seq} (${head.epoch}); it has ${has}`,
      );
    }
  }

  #takeAck(
    { room, nonce, text }: Command & { type: "publish" },
    line: Reply & { type: "ok" },
    sentAt: number,
  ): void {
    const { epoch, seq, ts, durability } = line as Required<typeof line>;
    this.#note({ type: "acked", room, nonce, text, epoch, seq, ts, durability });
    this.#world.acked(this.plan.id, room, nonce, { epoch, seq }, sentAt);
    this.#answered(room, nonce, true);
    if (epoch !== this.#runs.get(room)?.epoch) return this.#holdBack(nonce, AGAIN_MS);
    this.#forget(nonce);
    this.#used.set(room, nonce);
    this.#backoffMs = BACKOFF_MS.least;
    this.#publish();
  }

  /** What is refused may be so at once; what is stored is answered in turn. */
  #answered(room: string, nonce: string, isStored: boolean): void {
    const waiting = this.#unanswered.get(room)!;
    const kept = waiting.find((entry) => entry.nonce === nonce)!;
    if (isStored && kept.overtakenBy !== undefined) {
      this.#world.blame(this.plan.name, 3, `${nonce} was acknowledged after ${kept.overtakenBy}, which was sent later`);
    }
    const index = waiting.indexOf(kept);
    if (isStored) { for (const earlier of waiting.slice(0, index)) earlier.overtakenBy ??= nonce; }
    waiting.splice(index, 1);
  }

  #forget(nonce: string): void {
    const index = this.#kept.findIndex((kept) => kept.nonce === nonce);
    if (index >= 0) this.#kept.splice(index, 1);
  }

  /** Sends a message again, later, and until then nothing behind it. */
  #holdBack(nonce: string, ms: number): void {
    const kept = this.#kept.find((kept) => kept.nonce === nonce);
    if (kept === undefined) return;
    kept.underWay = false;
    kept.notBefore = this.#world.time.now + ms;
    this.#later(ms, () => this.#publish());
  }

  #takeError({ code, retryAfterMs = 1_000 }: Reply & { type: "error" }, command: Command | undefined): void {
    const isFinal = code !== "rate_limited" && code !== "unavailable" && code !== "store_full";
    // Whether rightly, the checker says: it knows what was sent under the nonce.
    if (isFinal && code !== "nonce_used") {
      this.#world.blame(this.plan.name, 9, `a proper command was refused: ${command?.type} ${code}`);
    }
    if (command?.type === "publish") {
      const { room, nonce, text } = command;
      this.#note({ type: "refused", room, nonce, text, code, final: isFinal });
      this.#answered(room, nonce, false);
      if (code !== "nonce_used") return this.#holdBack(nonce, retryAfterMs);
      this.#forget(nonce);
      this.#keep(room, `${this.plan.name}-${++this.#said}`, text);
    } else if (command?.type === "hello" || command?.type === "ping") {
      this.#link?.closeFromClient();
      this.closed(1006, `${command.type} was refused`);
    } else if (command?.type === "join") this.#later(retryAfterMs, () => this.#join(command.room));
  }
}
