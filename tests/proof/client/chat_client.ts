/**
 * A `chat.v1` client that does what `chat/protocol.md` says a client must do to lose nothing. It shares no code with the
 * server or the page.
 *
 * @module
 */

import type { Position } from "../judge/evidence.ts";
import { Reconnecting } from "./reconnecting.ts";
import { type Command, isFinal, type Line, type LineOf, linesOf } from "./wire.ts";
import type { Act, Identity, Participant, World } from "./world.ts";

type Publish = Extract<Command, { type: "publish" }>;
type Join = Extract<Command, { type: "join" }>;

/** A message that is kept until it is answered. */
interface Kept {
  room: string;
  nonce: string;
  text: string;
  underWay: boolean;
  notBefore: number;
}

/** What is sent in one frame, at four bytes a character: a little less than the server takes. */
const FRAME = { lines: 32, bytes: 60_000 };
/** The second page of history is half a page, so that pages begin at different messages. */
const SECOND_PAGE = 50;

export class ChatClient extends Reconnecting implements Participant {
  readonly #window: number;
  /** The last message that it has of each room, over all connections. */
  readonly #positions = new Map<string, Position>();
  /** The last message that the present connection has brought, of each room that it has joined. */
  readonly #runs = new Map<string, Position>();
  readonly #kept: Kept[] = [];
  /** The nonce that was acknowledged last, by room. */
  readonly #used = new Map<string, string>();
  /** Commands without an answer, by `ref`. */
  readonly #asked = new Map<string, Command>();
  #refs = 0;
  #said = 0;

  constructor(identity: Identity, world: World) {
    super(identity, "chat.v1", world);
    this.#window = identity.window;
  }

  act({ type, room, filling }: Act): void {
    if (type === "say") this.#say(room, filling);
    else if (type === "reuse nonce") {
      const nonce = this.#used.get(room);
      if (nonce !== undefined && !this.keeps(nonce)) this.#say(room, "", nonce);
    } else if (!this.#runs.has(room)) return;
    else if (type === "rejoin") this.#post(this.#join(room));
    else if (type === "ask history") this.#post({ type: "history", room });
  }

  keeps(nonce: string): boolean {
    return this.#kept.some((kept) => kept.nonce === nonce) ||
      [...this.#asked.values()].some((command) => command.type === "publish" && command.nonce === nonce);
  }

  waiting(room: string): number {
    return this.#kept.filter((kept) => kept.room === room).length;
  }

  position(room: string): Position | undefined {
    return this.#positions.get(room);
  }

  unfinished(head: (room: string) => Position): string[] {
    const lacks = this.#kept.map(({ nonce }) => `${nonce} is not answered`);
    for (const room of this.rooms) {
      const { epoch, seq } = head(room);
      const run = this.#runs.get(room);
      if (run?.epoch === epoch && run.seq === seq) continue;
      const has = run === undefined ? "is not in" : `has ${run.seq} (${run.epoch}) of`;
      lacks.push(`it ${has} ${room}, which is at ${seq} (${epoch})`);
    }
    return lacks;
  }

  // Commands.

  protected override opened(): void {
    this.#post({ type: "hello", name: `Name of ${this.log.name}` }, ...this.rooms.map((room) => this.#join(room)));
    this.#ping();
  }

  protected override lost(): void {
    this.#runs.clear();
    this.#asked.clear();
    for (const kept of this.#kept) Object.assign(kept, { underWay: false, notBefore: 0 });
  }

  /** Sends commands: all in as few frames as possible, or each in its own. */
  #post(...commands: Command[]): void {
    const together = this.world.random.chance(0.5);
    let frame: string[] = [];
    for (const command of commands) {
      const ref = String(++this.#refs);
      this.#asked.set(ref, command);
      const line = JSON.stringify({ ...command, ref });
      const fits = 4 * (frame.join().length + line.length) < FRAME.bytes && frame.length < FRAME.lines;
      if (frame.length > 0 && !(together && fits)) {
        this.send(frame.join("\n"));
        frame = [];
      }
      frame.push(line);
    }
    if (frame.length > 0) this.send(frame.join("\n"));
  }

  #join(room: string): Join {
    const position = this.#positions.get(room);
    // Nothing but messages is said here: their number is their count.
    return { type: "join", room, after: position && { ...position, ordinal: position.seq } };
  }

  #ping(): void {
    const { pingMs, pongMs } = this.world.patience;
    this.#post({ type: "ping" });
    const ref = String(this.#refs);
    this.later(pongMs, () => this.#asked.has(ref) && this.giveUp("no pong in time"));
    this.later(pingMs * this.world.random.between(0.8, 1.2), () => this.#ping());
  }

  #say(room: string, filling = "", nonce?: string): void {
    const count = ++this.#said;
    this.#keep({
      room,
      nonce: nonce ?? this.#nonce(count),
      text: `${this.log.name} says ${count} in ${room} ${filling}`,
    });
  }

  #nonce(count: number): string {
    return `${this.log.name}-${count}`;
  }

  #keep(message: { room: string; nonce: string; text: string }): void {
    this.#kept.push({ ...message, underWay: false, notBefore: 0 });
    this.#publish();
  }

  #publish(): void {
    const now = this.world.now();
    const held = new Set<string>();
    const batch: Publish[] = [];
    let underWay = this.#kept.filter((kept) => kept.underWay).length;
    for (const kept of this.#kept) {
      if (underWay >= this.#window) break;
      const { room, nonce, text } = kept;
      if (kept.notBefore > now) held.add(room);
      if (kept.underWay || held.has(room) || !this.#runs.has(room)) continue;
      kept.underWay = true;
      underWay++;
      batch.push({ type: "publish", room, nonce, text });
    }
    this.#post(...batch);
  }

  // Replies and pushes.

  protected override take(frame: string): void {
    for (const line of linesOf<Line>(frame)) if (this.isOpen) this.#take(line);
  }

  #take(line: Line): void {
    const command = this.#asked.get(line.ref ?? "");
    this.#asked.delete(line.ref ?? "");
    if (line.type === "welcome") this.steady();
    else if (line.type === "joined") this.#takeJoined(line, command as Join);
    else if (line.type === "message") this.#takeMessage(line);
    else if (line.type === "reset") this.#takeReset(line);
    else if (line.type === "history") this.#takeHistory(line, command as Command & { type: "history" });
    else if (line.type === "pong") this.#takePong(line);
    else if (line.type === "ok" && command?.type === "publish") this.#takeAck(line, command);
    else if (line.type === "error") this.#takeError(line, command);
    else if (line.type === "reconnect") this.comeBackAfterMs = line.afterMs;
  }

  #takeJoined({ room, epoch, seq, recovered, messages }: LineOf<"joined">, { after }: Join): void {
    const end = { epoch, seq: messages.at(-1)?.seq ?? (recovered ? after!.seq : seq) };
    this.#runs.set(room, end);
    const position = this.#positions.get(room);
    if (!recovered || position === undefined || position.epoch !== epoch || position.seq < end.seq) {
      this.#positions.set(room, { ...end });
    }
    if (after !== undefined && !recovered) this.#post({ type: "history", room, before: messages[0]?.seq });
    // Messages under way in it, too: the nonce makes each one.
    for (const kept of this.#kept) if (kept.room === room) kept.underWay = false;
    this.#publish();
  }

  #takeMessage({ room, seq }: LineOf<"message">): void {
    const run = this.#runs.get(room);
    const position = this.#positions.get(room);
    if (run === undefined || position === undefined) return;
    const isGap = seq > run.seq + 1;
    run.seq = Math.max(run.seq, seq);
    if (isGap) this.#post(this.#join(room));
    else if (position.epoch !== run.epoch || seq > position.seq) this.#positions.set(room, { ...run });
  }

  #takeReset({ room, epoch, head }: LineOf<"reset">): void {
    this.#runs.set(room, { epoch, seq: head });
    this.#positions.set(room, { epoch, seq: head });
    this.#post({ type: "history", room });
  }

  /** One more page shows whether pages fit together; all of them would only take time. */
  #takeHistory({ room, messages, more }: LineOf<"history">, { limit }: Command & { type: "history" }): void {
    if (!more || limit !== undefined) return;
    this.#post({ type: "history", room, before: messages[0]?.seq, limit: SECOND_PAGE });
  }

  #takePong({ heads }: LineOf<"pong">): void {
    for (const [room, { epoch, seq }] of Object.entries(heads)) {
      const position = this.#positions.get(room);
      if (position?.epoch !== epoch || position.seq < seq) this.#post(this.#join(room));
    }
  }

  #takeAck({ epoch }: LineOf<"ok">, { room, nonce }: Publish): void {
    if (epoch !== this.#runs.get(room)?.epoch) return this.#holdBack(nonce, this.world.patience.againMs);
    if (this.#forget(nonce)) this.#used.set(room, nonce);
    this.#publish();
  }

  /** Gives a message up, because it has its answer. @returns whether it was still kept */
  #forget(nonce: string): boolean {
    const index = this.#kept.findIndex((kept) => kept.nonce === nonce);
    if (index >= 0) this.#kept.splice(index, 1);
    return index >= 0;
  }

  /** Sends a message again later, and holds back what comes after it until then. */
  #holdBack(nonce: string, ms: number): void {
    const kept = this.#kept.find((kept) => kept.nonce === nonce);
    if (kept === undefined) return;
    kept.underWay = false;
    kept.notBefore = this.world.now() + ms;
    this.later(ms, () => this.#publish());
  }

  #takeError({ code, retryAfterMs = 1_000 }: LineOf<"error">, command: Command | undefined): void {
    if (command === undefined || command.type === "hello") return this.giveUp(`${command?.type} was refused: ${code}`);
    if (command.type === "join") this.later(retryAfterMs, () => this.#post(this.#join(command.room)));
    if (command.type !== "publish") return;
    const { room, nonce, text } = command;
    if (!isFinal(code)) return this.#holdBack(nonce, retryAfterMs);
    // It is certainly not stored under this nonce: so it may be under another.
    if (this.#forget(nonce)) this.#keep({ room, nonce: this.#nonce(++this.#said), text });
  }
}
