/**
 * A `chat.v1` client that does what `chat/protocol.md` says a client must do to lose nothing, and writes down all it does and
 * sees. Only its patience is shorter than the protocol advises, so that a run has room for many faults.
 *
 * @module
 */

import type { Command, Push, Reply } from "../../../chat/wire/lines.ts";
import type { ClientEvent, ClientLog, Position } from "../judge/evidence.ts";
import type { Link } from "./link.ts";
import type { Random } from "../../lib/random.ts";
import { PATIENCE, Reconnecting } from "./socket.ts";

/** A command without its `ref`. */
type Asking = Command extends infer C ? C extends Command ? Omit<C, "ref"> : never : never;
/** An event without its time. */
type Seen = ClientEvent extends infer E ? E extends ClientEvent ? Omit<E, "at"> : never : never;
type Line = Reply | Push;
type LineOf<T extends Line["type"]> = Extract<Line, { type: T }>;

/** A message that has no final answer yet. */
interface Kept {
  nonce: string;
  text: string;
}

/** What the client knows of a room. */
interface RoomView {
  name: string;
  /** The last message it has; kept over connections. */
  position?: Position;
  /** What it has to publish, in order; kept over connections. */
  outbox: Kept[];
  /** The nonce that was acknowledged last. */
  used?: string;
  /** Whether the present connection is in the room. */
  joined: boolean;
  /** Whether nothing is sent for now, because something was refused for a time. */
  paused: boolean;
}

/** Messages that a client publishes without waiting for the answer to the first, per room. */
export const PIPELINED = 8;
export class ChatClient {
  readonly log: ClientLog;
  readonly #rooms: Map<string, RoomView>;
  readonly #socket: Reconnecting;
  readonly #now: () => number;
  /** Commands without an answer, by `ref`. */
  readonly #asked = new Map<string, Asking>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #refs = 0;
  #count = 0;

  /** @param now the time, in milliseconds, for its log */
  constructor(id: string, rooms: string[], link: Link, random: Random, now: () => number) {
    this.#now = now;
    this.log = { name: id, id, dialect: "chat.v1", events: [] };
    this.#rooms = new Map(rooms.map((name) => [name, { name, outbox: [], joined: false, paused: false }]));
    this.#socket = new Reconnecting(link, `/ws/${encodeURIComponent(id)}`, ["chat.v1"], random, {
      opened: () => this.#greet(),
      text: (text) => {
        for (const line of text.split("\n")) this.#take(JSON.parse(line));
      },
      closed: (why) => this.#leave(why),
    });
    this.#socket.start();
  }

  /** The rooms it is in, or tries to be in. */
  get rooms(): string[] {
    return [...this.#rooms.keys()];
  }

  /** Whether it is connected, in all its rooms, and everything it published was answered. */
  get settled(): boolean {
    return this.#socket.isOpen &&
      [...this.#rooms.values()].every(({ joined, outbox }) => joined && outbox.length === 0);
  }

  /** The last message it has of a room. */
  position(room: string): Position | undefined {
    return this.#rooms.get(room)?.position;
  }

  /** Publishes a message as soon as it can. @returns whether there was room for it in the outbox */
  publish(room: string, padding = ""): boolean {
    const view = this.#rooms.get(room)!;
    if (view.outbox.length >= PIPELINED) return false;
    const count = ++this.#count;
    const kept = { nonce: `${this.log.id}-${count}`, text: `${this.log.id} writes ${count}${padding}` };
    view.outbox.push(kept);
    if (view.joined && !view.paused) this.#publish(view, [kept]);
    return true;
  }

  /** Publishes another text under a nonce that was acknowledged. It is to be refused; then it is published under a new one. */
  reuseNonce(room: string): void {
    const view = this.#rooms.get(room)!;
    const { used: nonce, outbox } = view;
    if (nonce === undefined || outbox.length >= PIPELINED || outbox.some((kept) => kept.nonce === nonce)) return;
    const kept = { nonce, text: `${this.log.id} writes ${++this.#count} under a nonce that was used` };
    outbox.push(kept);
    if (view.joined && !view.paused) this.#publish(view, [kept]);
  }
  async stop(): Promise<void> {
    this.#cancelTimers();
    await this.#socket.stop();
    this.#cancelTimers();
  }

  // What it asks for.

  #greet(): void {
    this.#see({ type: "opened" });
    this.#ask([{ type: "hello", name: `Name of ${this.log.id}` }]);
    this.#after(PATIENCE.pongMs, () => {
      if ([...this.#asked.values()].some(({ type }) => type === "hello")) this.#socket.giveUp("no welcome in time");
    });
  }

  #join(view: RoomView): void {
    view.joined = false;
    this.#ask([{ type: "join", room: view.name, after: view.position }]);
  }

  #publish(view: RoomView, messages: Kept[]): void {
    for (const { nonce, text } of messages) this.#see({ type: "sent", room: view.name, nonce, text });
    this.#ask(messages.map(({ nonce, text }) => ({ type: "publish", room: view.name, nonce, text })));
  }

  #publishAnew(room: string, text: string): void {
    const view = this.#rooms.get(room)!;
    const kept = { nonce: `${this.log.id}-${++this.#count}`, text };
    view.outbox.push(kept);
    if (view.joined && !view.paused) this.#publish(view, [kept]);
  }

  #ping(): void {
    this.#ask([{ type: "ping" }]);
    const ref = `${this.#refs}`;
    this.#after(PATIENCE.pongMs, () => {
      if (this.#asked.has(ref)) this.#socket.giveUp("no pong in time");
    });
  }

  #ask(commands: Asking[]): void {
    const lines = commands.map((command) => {
      const ref = `${++this.#refs}`;
      this.#asked.set(ref, command);
      return JSON.stringify({ ...command, ref });
    });
    if (lines.length > 0) this.#socket.send(lines.join("\n"));
  }

  // What it is told.

  #take(line: Line): void {
    const asked = "ref" in line ? this.#asked.get(line.ref!) : undefined;
    if ("ref" in line) this.#asked.delete(line.ref!);
    switch (line.type) {
      case "welcome":
        this.#socket.steady();
        this.#after(PATIENCE.pingMs, () => this.#ping());
        return [...this.#rooms.values()].forEach((view) => this.#join(view));
      case "joined":
        return this.#takeJoined(line, asked);
      case "message":
        return this.#takeMessage(line);
      case "ok":
        return this.#takeOk(line, asked);
      case "error":
        return this.#takeError(line, asked);
      case "reset":
        return this.#takeReset(line);
      case "history":
        return this.#takeHistory(line, asked);
      case "pong":
        return this.#takePong(line);
    }
  }

  #takeJoined({ room, epoch, seq, recovered, missed, messages }: LineOf<"joined">, asked: Asking | undefined): void {
    const view = this.#rooms.get(room)!;
    const after = asked?.type === "join" ? asked.after : undefined;
    this.#see({ type: "joined", room, after, epoch, seq, recovered, missed, messages });
    view.position = { epoch, seq: messages.at(-1)?.seq ?? (recovered && after ? after.seq : seq) };
    view.joined = true;
    view.paused = false;
    if (after !== undefined && !recovered) this.#readHistory(room, messages[0]?.seq);
    this.#publish(view, view.outbox);
  }

  #takeMessage({ type: _type, room, ...message }: LineOf<"message">): void {
    this.#see({ type: "message", room, message });
    const view = this.#rooms.get(room)!;
    const { position } = view;
    if (position === undefined || message.seq <= position.seq) return;
    if (message.seq > position.seq + 1) this.#join(view);
    else view.position = { epoch: position.epoch, seq: message.seq };
  }

  #takeOk({ epoch, seq, ts, durability }: LineOf<"ok">, asked: Asking | undefined): void {
    if (asked?.type !== "publish") return;
    const { room, nonce, text } = asked;
    this.#see({ type: "acked", room, nonce, text, epoch: epoch!, seq: seq!, ts: ts!, durability: durability! });
    const view = this.#rooms.get(room)!;
    if (epoch !== view.position?.epoch) return this.#pause(view, PATIENCE.againMs);
    this.#forget(room, nonce);
    view.used = nonce;
  }

  #takeError({ code, retryAfterMs, message }: LineOf<"error">, asked: Asking | undefined): void {
    const isFinal = code !== "rate_limited" && code !== "unavailable" && code !== "store_full" &&
      code !== "too_many_lines";
    if (asked === undefined || asked.type === "hello") return this.#socket.giveUp(`${code}: ${message}`);
    if (asked.type === "publish") {
      const { room, nonce, text } = asked;
      this.#see({ type: "refused", room, nonce, text, code, final: isFinal });
      if (isFinal) this.#forget(room, nonce);
      if (code === "nonce_used") this.#publishAnew(room, text);
      if (isFinal) return;
      return this.#pause(this.#rooms.get(room)!, retryAfterMs ?? 0);
    }
    if (asked.type === "join") {
      const view = this.#rooms.get(asked.room)!;
      this.#after(retryAfterMs ?? 0, () => view.joined || this.#join(view));
    } else if (asked.type === "ping") this.#after(PATIENCE.pingMs, () => this.#ping());
  }

  /**
   * Sends nothing more behind a message that was refused for a time, or was stored in another life of the store, and then
   * everything again, in order.
   */
  #pause(view: RoomView, ms: number): void {
    if (view.paused) return;
    view.paused = true;
    this.#after(ms, () => {
      view.paused = false;
      if (view.joined) this.#publish(view, view.outbox);
    });
  }

  #takeReset({ room, epoch, first, head }: LineOf<"reset">): void {
    this.#see({ type: "reset", room, epoch, first, head });
    this.#rooms.get(room)!.position = { epoch, seq: head };
    this.#readHistory(room, head + 1);
  }

  #readHistory(room: string, before: number | undefined): void {
    if (before === undefined || before <= 1) return;
    this.#ask([{ type: "history", room, before }]);
  }

  #takeHistory({ room, epoch, messages, more }: LineOf<"history">, asked: Asking | undefined): void {
    this.#see({ type: "history", room, epoch, messages });
    // One page more tells whether pages fit together; all of them would only take time.
    const isFirst = asked?.type === "history" && asked.before !== undefined && asked.limit === undefined;
    if (more && isFirst) this.#ask([{ type: "history", room, before: messages[0]?.seq, limit: 50 }]);
  }

  #takePong({ heads }: LineOf<"pong">): void {
    this.#see({ type: "pong", heads });
    this.#after(PATIENCE.pingMs, () => this.#ping());
    for (const [room, { epoch, seq }] of Object.entries(heads)) {
      const view = this.#rooms.get(room)!;
      if (view.joined && (view.position?.epoch !== epoch || view.position.seq < seq)) this.#join(view);
    }
  }

  #forget(room: string, nonce: string): void {
    const { outbox } = this.#rooms.get(room)!;
    const index = outbox.findIndex((kept) => kept.nonce === nonce);
    if (index !== -1) outbox.splice(index, 1);
  }

  #leave(why: string): void {
    this.#see({ type: "closed", why });
    this.#cancelTimers();
    this.#asked.clear();
    for (const view of this.#rooms.values()) Object.assign(view, { joined: false, paused: false });
  }

  #see(event: Seen): void {
    this.log.events.push({ at: this.#now(), ...event } as ClientEvent);
  }

  /** Does something later, if the connection lasts that long. */
  #after(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  #cancelTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
