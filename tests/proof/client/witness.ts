/**
 * Records on its wire what a client sends and receives: no client has to be trusted with its own evidence, and every one, the
 * page's own included, is judged by the same. What is wrong with one line is noted at once.
 *
 * @module
 */

import type { ClientEvent, ClientLog } from "../judge/evidence.ts";
import { isFinal, type Line, type LineOf, linesOf, type Sent } from "./wire.ts";
import type { Connection, Dial, Listener } from "./world.ts";

/** An event without its time. */
type Seen = ClientEvent extends infer E ? E extends ClientEvent ? Omit<E, "at"> : never : never;

/** A command without an answer. */
interface Asked {
  command: Sent;
  /** Of a `publish`: the nonce of one that was sent later and acknowledged earlier. */
  overtakenBy?: string;
}

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
      if (command.type !== "publish") continue;
      const { room, nonce, text } = command;
      this.#note({ type: "refused", room, nonce, text, code: "lost", final: false });
    }
    return true;
  }

  #ask(command: Sent): void {
    if (command.ref !== undefined) this.#asked.set(command.ref, { command });
    if (command.type !== "publish") return;
    const { room, nonce, text } = command;
    this.#note({ type: "sent", room, nonce, text });
  }

  #take(line: Line): void {
    const asked = line.ref === undefined ? undefined : this.#asked.get(line.ref);
    if (line.ref !== undefined && !this.#asked.has(line.ref)) {
      this.#wrong(9, `a second reply, or to nothing: ${line.type}`);
    }
    const command = asked?.command;
    if (line.type === "joined") {
      const { type, room, epoch, seq, recovered, missed, messages } = line;
      const after = command?.type === "join" ? command.after : undefined;
      this.#note({ type, room, after, epoch, seq, recovered, missed, messages });
    } else if (line.type === "message") {
      const { type, room, seq, id, name, text, ts, nonce } = line;
      this.#note({ type, room, message: { seq, id, name, text, ts, nonce } });
    } else if (line.type === "reset") {
      const { type, room, epoch, first, head } = line;
      this.#note({ type, room, epoch, first, head });
    } else if (line.type === "history") {
      const { type, room, epoch, messages } = line;
      const before = command?.type === "history" ? command.before : undefined;
      this.#note({ type, room, before, epoch, messages });
    } else if (line.type === "pong") this.#note({ type: "pong", heads: line.heads });
    else if (line.type === "ok") this.#takeOk(line, asked);
    else if (line.type === "error") this.#takeError(line, command);
    this.#asked.delete(line.ref ?? "");
  }

  #takeOk({ epoch, seq, ts, durability }: LineOf<"ok">, asked: Asked | undefined): void {
    if (asked?.command.type === "leave") this.#note({ type: "left", room: asked.command.room });
    if (asked?.command.type !== "publish") return;
    const { room, nonce, text } = asked.command;
    this.#note({ type: "acked", room, nonce, text, epoch, seq, ts, durability });
    // Refusals may come at once; acknowledgements come in the order of the messages.
    if (asked.overtakenBy !== undefined) {
      this.#wrong(3, `${nonce} was acknowledged after ${asked.overtakenBy}, which was sent later`);
    }
    for (const earlier of this.#asked.values()) {
      if (earlier === asked) break;
      if (earlier.command.type === "publish" && earlier.command.room === room) earlier.overtakenBy ??= nonce;
    }
  }

  #takeError({ code }: LineOf<"error">, command: Sent | undefined): void {
    const final = isFinal(code);
    // Whether that is right, the checker says: it knows what was sent under the nonce.
    if (final && code !== "nonce_used") this.#wrong(9, `a proper command was refused: ${command?.type} ${code}`);
    if (command?.type !== "publish") return;
    const { room, nonce, text } = command;
    this.#note({ type: "refused", room, nonce, text, code, final });
  }

  #wrong(promise: number, what: string): void {
    this.#note({ type: "wrong", promise, what });
  }

  #note(event: Seen): void {
    this.#log.events.push({ at: this.#now(), ...event } as ClientEvent);
  }
}
