/**
 * A `chat.v1` client that does what `chat/protocol.md` says a client must do to lose nothing. It shares no code with the
 * server or the page.
 *
 * @module
 */

import { numberIn, type Position } from "../judge/evidence.ts";
import { Company } from "./company.ts";
import { deedOf } from "./deeds.ts";
import { HeldRoom } from "./held.ts";
import { Reconnecting } from "./reconnecting.ts";
import { Unanswered } from "./unanswered.ts";
import {
  type After,
  type Command,
  contentOf,
  framesOf,
  isFinal,
  isLasting,
  type Lasting,
  type Line,
  type LineOf,
  linesOf,
} from "./wire.ts";
import type { Act, Identity, Participant, World } from "./world.ts";

type Join = Extract<Command, { type: "join" }>;
type History = Extract<Command, { type: "history" }>;

/** A command without an answer. */
interface Asked {
  command: Command;
  /** Takes in the page that was asked for. */
  takePage?: ReturnType<HeldRoom["await"]>;
}

/** The second page of history is half a page, so that pages begin at different messages. */
const SECOND_PAGE = 50;

export class ChatClient extends Reconnecting implements Participant {
  /** The people in its rooms. */
  readonly company = new Company();
  readonly #identity: Identity;
  /** The last event that it has of each room, over all connections. */
  readonly #positions = new Map<string, After>();
  /** The last event that the present connection has brought, of each room that it has joined. */
  readonly #runs = new Map<string, Position>();
  readonly #held: Map<string, HeldRoom>;
  readonly #unanswered: Unanswered;
  /** The nonce that was acknowledged last, by room. */
  readonly #used = new Map<string, string>();
  /** By `ref`. */
  readonly #asked = new Map<string, Asked>();
  #refs = 0;
  #said = 0;

  constructor(identity: Identity, world: World) {
    super(identity, "chat.v1", world);
    this.#identity = identity;
    this.#unanswered = new Unanswered(identity.window);
    this.#held = new Map(this.rooms.map((room) => [room, new HeldRoom(identity.id)]));
  }

  act({ type, room, filling = "" }: Act): void {
    if (type === "look") this.#look(room);
    else if (type === "say") this.#do({ type: "publish", room, nonce: this.#nonce(), text: this.#text(room, filling) });
    else if (type === "reuse nonce") this.#reuse(room);
    else if (!this.#runs.has(room)) return;
    else if (type === "rejoin") this.#post(this.#join(room));
    else if (type === "ask history") this.#askHistory(room);
    else if (type === "ask who reacted") this.#askWhoReacted(room);
    else this.#change(type, room, filling);
  }

  keeps(nonce: string): boolean {
    return this.#unanswered.has(nonce) ||
      [...this.#asked.values()].some(({ command }) => isLasting(command) && command.nonce === nonce);
  }

  waiting(room: string): number {
    return this.#unanswered.of(room).length;
  }

  position(room: string): Position | undefined {
    return this.#positions.get(room);
  }

  unfinished(head: (room: string) => Position): string[] {
    const lacks = this.#unanswered.nonces.map((nonce) => `${nonce} is not answered`);
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
    const { key, changes } = this.#identity;
    const features = changes ? ["changes"] : undefined;
    const hello: Command = { type: "hello", name: `Name of ${this.log.name}`, key, features };
    this.#post(hello, ...this.rooms.map((room) => this.#join(room)));
    this.#ping();
  }

  protected override lost(): void {
    this.#runs.clear();
    this.#asked.clear();
    this.#unanswered.again();
  }

  /** Sends commands: all in as few frames as possible, or each in its own. */
  #post(...commands: Command[]): void {
    const lines = commands.map((command) => {
      const ref = String(++this.#refs);
      const takePage = command.type === "history" ? this.#held.get(command.room)!.await() : undefined;
      this.#asked.set(ref, { command, takePage });
      return JSON.stringify({ ...command, ref });
    });
    for (const frame of this.world.random.chance(0.5) ? framesOf(lines) : lines) this.send(frame);
  }

  #join(room: string): Join {
    const position = this.#positions.get(room);
    // Without changes each event is a message to it: so it cannot count them.
    const after = this.#identity.changes || position === undefined ? position : { ...position, ordinal: undefined };
    return { type: "join", room, after };
  }

  #ping(): void {
    const { pingMs, pongMs } = this.world.patience;
    this.#post({ type: "ping" });
    const ref = String(this.#refs);
    this.later(pongMs, () => this.#asked.has(ref) && this.giveUp("no pong in time"));
    this.later(pingMs * this.world.random.between(0.8, 1.2), () => this.#ping());
  }

  /** Does something to a message that it holds. */
  #change(type: Act["type"], room: string, filling: string): void {
    const own = this.#unanswered.of(room).filter((command) => command.type === "publish");
    const deed = deedOf(type, {
      id: this.log.id,
      isProven: this.#identity.key !== undefined,
      messages: this.#held.get(room)!.messages,
      unacknowledged: own.map(({ nonce }) => nonce),
      text: this.#text(room, filling),
      random: this.world.random,
    });
    if (deed !== undefined) this.#do({ ...deed, room, nonce: this.#nonce() });
  }

  /** Uses a nonce for another thing: for a message, or a change. */
  #reuse(room: string): void {
    const nonce = this.#used.get(room);
    if (nonce === undefined || this.keeps(nonce)) return;
    const target = this.#held.get(room)!.messages.at(-1)?.seq;
    if (target === undefined || this.world.random.chance(0.5)) {
      return this.#do({ type: "publish", room, nonce, text: this.#text(room, "") });
    }
    this.#do({ type: "react", room, nonce, target, emoji: "🙃", on: true });
  }

  /** Asks for the newest messages; or lets go of some, as one that has no room for all, and asks for what is before the others. */
  #askHistory(room: string): void {
    const { random } = this.world;
    const held = this.#held.get(room)!;
    const { messages } = held;
    if (messages.length === 0 || random.chance(0.3)) return this.#post({ type: "history", room });
    const before = random.pick(messages).seq;
    held.dropBelow(before);
    this.#post({ type: "history", room, before });
  }

  #askWhoReacted(room: string): void {
    const reacted = this.#held.get(room)!.messages.filter(({ reactions = [] }) => reactions.length > 0);
    if (reacted.length === 0) return;
    const { seq, reactions } = this.world.random.pick(reacted);
    this.#post({ type: "reactors", room, target: seq, emoji: this.world.random.pick(reactions!).emoji });
  }

  #text(room: string, filling: string): string {
    return `${this.log.name} says ${++this.#said} in ${room} ${filling}`;
  }

  #nonce(): string {
    return `${this.log.name}-${++this.#said}`;
  }

  #do(command: Lasting): void {
    const { room, epoch = (this.#runs.get(room) ?? this.#positions.get(room))?.epoch } = command;
    this.#unanswered.add({ ...command, epoch: numberIn(contentOf(command)) === undefined ? undefined : epoch });
    this.#sendDue();
  }

  #sendDue(): void {
    this.#post(...this.#unanswered.due(this.world.now(), (room) => this.#runs.has(room)));
  }

  // Replies and pushes.

  protected override take(frame: string): void {
    for (const line of linesOf<Line>(frame)) if (this.isOpen) this.#take(line);
  }

  #take(line: Line): void {
    const { command, takePage } = this.#asked.get(line.ref ?? "") ?? {};
    this.#asked.delete(line.ref ?? "");
    if (line.type === "joined" || line.type === "presence") this.company.take(line);
    if (line.type === "welcome") this.steady();
    else if (line.type === "joined") this.#takeJoined(line, command as Join);
    else if (line.type === "message" || line.type === "change") this.#takeEvent(line);
    else if (line.type === "reset") this.#takeReset(line);
    else if (line.type === "history") this.#takeHistory(line, command as History, takePage!);
    else if (line.type === "pong") this.#takePong(line);
    else if (line.type === "ok" && isLasting(command)) this.#takeAck(line, command);
    else if (line.type === "error") {
      takePage?.([]);
      this.#takeError(line, command);
    }
    if (line.type === "reconnect") this.comeBackAfterMs = line.afterMs;
  }

  #takeJoined({ room, epoch, seq, first, ordinal, recovered, messages }: LineOf<"joined">, { after }: Join): void {
    const held = this.#held.get(room)!;
    const position = this.#positions.get(room);
    if (recovered) {
      this.#runs.set(room, { epoch, seq: messages.at(-1)?.seq ?? after!.seq });
      if (position?.epoch !== epoch) {
        // A reset has crossed the answer, and another one will follow.
        this.#positions.set(room, after!);
        held.break();
      }
      for (const entry of messages) {
        held.follow(entry);
        this.#goOn(room, entry.seq, entry.kind === undefined);
      }
    } else {
      this.#runs.set(room, { epoch, seq });
      this.#positions.set(room, { epoch, seq, ordinal });
      held.break();
      // Without changes every event is one of the lines.
      if (this.#identity.changes) held.take(messages.filter((entry) => entry.kind === undefined));
    }
    held.dropBelow(first);
    if (after !== undefined && !recovered) this.#post({ type: "history", room, before: messages[0]?.seq });
    // Messages under way in it, too: the nonce makes each one.
    this.#unanswered.again(room);
    this.#sendDue();
  }

  #takeEvent({ type: _, room, ...entry }: LineOf<"message" | "change">): void {
    const { seq } = entry;
    const run = this.#runs.get(room);
    if (run === undefined) return;
    const isGap = seq > run.seq + 1;
    run.seq = Math.max(run.seq, seq);
    if (isGap) return this.#post(this.#join(room));
    this.#held.get(room)!.follow(entry);
    this.#goOn(room, seq, entry.kind === undefined);
  }

  /** The run has brought an event: the position follows, unless it was further already. */
  #goOn(room: string, seq: number, isMessage: boolean): void {
    const position = this.#positions.get(room)!;
    if (seq !== position.seq + 1) return;
    const ordinal = position.ordinal === undefined ? undefined : position.ordinal + (isMessage ? 1 : 0);
    this.#positions.set(room, { ...position, seq, ordinal });
  }

  #takeReset({ room, epoch, head }: LineOf<"reset">): void {
    this.#runs.set(room, { epoch, seq: head });
    this.#positions.set(room, { epoch, seq: head });
    this.#held.get(room)!.break();
    this.#post({ type: "history", room });
    this.#sendDue();
  }

  /** One more page shows whether pages fit together; all of them would only take time. */
  #takeHistory(
    { room, epoch, messages, more }: LineOf<"history">,
    { limit }: History,
    takePage: NonNullable<Asked["takePage"]>,
  ): void {
    const isTaken = takePage(epoch === this.#runs.get(room)?.epoch ? messages : []);
    if (!isTaken || !more || limit !== undefined) return;
    this.#post({ type: "history", room, before: messages[0]?.seq, limit: SECOND_PAGE });
  }

  #takePong({ heads }: LineOf<"pong">): void {
    for (const [room, { epoch, seq }] of Object.entries(heads)) {
      const position = this.#positions.get(room);
      if (position?.epoch !== epoch || position.seq < seq) this.#post(this.#join(room));
    }
  }

  #takeAck({ epoch }: LineOf<"ok">, { room, nonce }: Lasting): void {
    if (epoch !== this.#runs.get(room)?.epoch) return this.#holdBack(nonce, this.world.patience.againMs);
    if (this.#unanswered.settle(nonce)) this.#used.set(room, nonce);
    this.#sendDue();
  }

  /** Sends a command again later, and holds back what comes after it until then. */
  #holdBack(nonce: string, ms: number): void {
    this.#unanswered.holdBack(nonce, this.world.now() + ms);
    this.later(ms, () => this.#sendDue());
  }

  #takeError({ code, retryAfterMs = 1_000 }: LineOf<"error">, command: Command | undefined): void {
    if (command === undefined || command.type === "hello") return this.giveUp(`${command?.type} was refused: ${code}`);
    if (command.type === "join") this.later(retryAfterMs, () => this.#post(this.#join(command.room)));
    if (!isLasting(command)) return;
    if (!isFinal(code)) return this.#holdBack(command.nonce, retryAfterMs);
    const target = "targetNonce" in command ? command.targetNonce : undefined;
    // What it is to change was itself refused for a time, and comes later.
    if (code === "no_such_message" && target !== undefined && this.#unanswered.isBefore(target, command.nonce)) {
      return this.#holdBack(command.nonce, retryAfterMs);
    }
    if (!this.#unanswered.settle(command.nonce)) return;
    const nonce = this.#nonce();
    // It is certainly not stored under this nonce: so it may be under another; and what cannot be a reply is to be said all the same.
    if (code === "nonce_used") this.#do({ ...command, nonce });
    else if (command.type === "publish") this.#do({ ...command, nonce, reply: undefined });
    else this.#sendDue();
  }

  #look(room: string): void {
    const epoch = this.#positions.get(room)?.epoch;
    if (epoch === undefined || !this.#identity.changes) return;
    const messages = this.#held.get(room)!.messages.map((message) => ({ ...message, epoch }));
    const unsent = this.#unanswered.of(room).map(({ nonce }) => nonce);
    this.log.events.push({ at: this.world.now(), type: "shows", room, messages, unsent, full: true });
  }
}
