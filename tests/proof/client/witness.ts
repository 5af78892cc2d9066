/**
 * Records on its wire what a client sends and receives: no client has to be trusted with its own evidence, and every one, the
 * page's own included, is judged by the same. What is wrong with one line is noted at once.
 *
 * @module
 */

import type { ClientEvent, ClientLog } from "../judge/evidence.ts";
import { contentOf, isFinal, isLasting, type Line, type LineOf, linesOf, type Sent } from "./wire.ts";
import type { Connection, Dial, Listener } from "./world.ts";

/** An event without its time. */
type Seen = ClientEvent extends infer E ? E extends ClientEvent ? Omit<E, "at"> : never : never;

/** A command without an answer. */
interface Asked {
  command: Sent;
  at: number;
  /** Of one that is to be stored: the nonce of another that was sent later and acknowledged earlier. */
  overtakenBy?: string;
}

/** Refusals that depend on what the log has. Whether there was a reason, the checker says: it knows what was sent and stored. */
const OF_THE_LOG = new Set([
  "nonce_used",
  "conflict",
  "no_such_message",
  "not_allowed",
  "needs_proof",
  "too_late",
  "deleted",
  "too_many_emoji",
]);

/** A way to dial that keeps a log of every connection. */
export function witnessed(dial: Dial, log: ClientLog, now: () => number): Dial {
  return (listener) => new Witness(dial, listener, log, now);
}

class Witness implements Connection, Listener {
  readonly #connection: Connection;
  readonly #listener: Listener;
  readonly #log: ClientLog;
  readonly #now: () => number;
  /** By `ref`, in the order in which they were sent. */
  readonly #asked = new Map<string, Asked>();
  #state: "dialling" | "open" | "over" = "dialling";
  /** The server could not tell who this is, and said to try again. */
  #isUnwelcome = false;

  constructor(dial: Dial, listener: Listener, log: ClientLog, now: () => number) {
    this.#listener = listener;
    this.#log = log;
    this.#now = now;
    this.#connection = dial(this);
  }

  opened(): void {
    if (this.#state !== "dialling") return;
    this.#state = "open";
    this.#note({ type: "opened" });
    this.#listener.opened();
  }

  send(frame: string): void {
    if (this.#state !== "open") return;
    if (this.#isPlain) this.#note({ type: "sent", room: this.#log.room!, text: frame });
    else for (const command of linesOf<Sent>(frame)) this.#ask(command);
    this.#connection.send(frame);
  }

  frame(text: string): void {
    if (this.#state !== "open") return;
    if (this.#isPlain) this.#note({ type: "text", text });
    else for (const line of linesOf<Line>(text)) this.#take(line);
    this.#listener.frame(text);
  }

  closed(code: number, reason: string): void {
    if (this.#end(`${code} ${reason}`.trim())) this.#listener.closed(code, reason);
  }

  close(why: string): void {
    if (this.#end(why)) this.#connection.close(why);
  }

  get #isPlain(): boolean {
    return this.#log.dialect === "plain";
  }

  #end(why: string): boolean {
    if (this.#state === "over") return false;
    if (this.#state === "open") this.#note({ type: "closed", why });
    this.#state = "over";
    // A refusal may have been lost with the connection: later messages may have overtaken this one.
    for (const { command } of this.#asked.values()) {
      if (!isLasting(command)) continue;
      const { room, nonce } = command;
      this.#note({ type: "refused", room, nonce, ...contentOf(command), code: "lost", final: false });
    }
    return true;
  }

  #ask(command: Sent): void {
    if (command.ref !== undefined) this.#asked.set(command.ref, { command, at: this.#now() });
    if (command.type === "hello") this.#log.changes = command.features?.includes("changes") ?? false;
    if (!isLasting(command)) return;
    const { room, nonce, epoch } = command;
    this.#note({ type: "sent", room, nonce, epoch, ...contentOf(command) });
  }

  #take(line: Line): void {
    const asked = line.ref === undefined ? undefined : this.#asked.get(line.ref);
    if (line.ref !== undefined && asked === undefined) {
      this.#wrong(9, `a second reply, or to nothing: ${line.type}`);
    }
    const command = asked?.command;
    const askedAt = asked?.at ?? 0;
    if (line.type === "joined") {
      const after = command?.type === "join" ? command.after : undefined;
      this.#note({ ...withoutRef(line), after, askedAt });
    } else if (line.type === "history") {
      const { before, after } = command?.type === "history" ? command : {};
      this.#note({ ...withoutRef(line), before, after, askedAt });
    } else if (line.type === "reactors") this.#note({ ...withoutRef(line), askedAt });
    else if (line.type === "message") {
      const { type, room, ...message } = line;
      this.#note({ type, room, message });
    } else if (line.type === "change") {
      const { type, room, ...change } = line;
      this.#note({ type, room, change });
    } else if (line.type === "reset") {
      const { type, room, epoch, first, head } = line;
      this.#note({ type, room, epoch, first, head });
    } else if (line.type === "pong") this.#note({ type: "pong", heads: line.heads });
    else if (line.type === "ok") this.#takeOk(line, asked);
    else if (line.type === "error") this.#takeError(line, command);
    this.#asked.delete(line.ref ?? "");
  }

  #takeOk({ epoch, seq, ts, durability, unchanged }: LineOf<"ok">, asked: Asked | undefined): void {
    const command = asked?.command;
    if (command?.type === "leave") this.#note({ type: "left", room: command.room });
    if (asked === undefined || !isLasting(command)) return;
    const { room, nonce } = command;
    this.#note({ type: "acked", room, nonce, ...contentOf(command), epoch, seq, ts, durability, unchanged });
    // Refusals may come at once; acknowledgements come in the order of the commands.
    if (asked.overtakenBy !== undefined) {
      this.#wrong(3, `${nonce} was acknowledged after ${asked.overtakenBy}, which was sent later`);
    }
    for (const earlier of this.#asked.values()) {
      if (earlier === asked) break;
      if (isLasting(earlier.command) && earlier.command.room === room) earlier.overtakenBy ??= nonce;
    }
  }

  #takeError({ code }: LineOf<"error">, command: Sent | undefined): void {
    if (command?.type === "hello" && !isFinal(code)) this.#isUnwelcome = true;
    // What was sent along with a hello that could not be answered is refused as well.
    const final = isFinal(code) && !(code === "hello_first" && this.#isUnwelcome);
    const isOfTheLog = OF_THE_LOG.has(code) && isLasting(command);
    if (final && !isOfTheLog) this.#wrong(9, `a proper command was refused: ${command?.type} ${code}`);
    if (!isLasting(command)) return;
    const { room, nonce } = command;
    this.#note({ type: "refused", room, nonce, ...contentOf(command), code, final });
  }

  #wrong(promise: number, what: string): void {
    this.#note({ type: "wrong", promise, what });
  }

  #note(event: Seen): void {
    this.#log.events.push({ at: this.#now(), ...event } as ClientEvent);
  }
}

function withoutRef<L extends { ref?: string }>({ ref: _, ...line }: L): Omit<L, "ref"> {
  return line;
}
