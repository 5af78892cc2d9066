/**
 * The messages that a client holds, kept as they are by what it is told. Of two copies the newer one counts, and a change counts if and only
 * if it is newer than the message: so it does not matter in which order pages and pushes come, nor how often. Written from
 * `chat/protocol.md`; it shares nothing with the server's rules or the page's.
 *
 * @module
 */

import { type Change, type Entry, isMessage, type Message, type Reactions, revOf } from "../judge/evidence.ts";

/** Those of one room under one epoch. */
export class HeldRoom {
  readonly #id: string;
  readonly #messages = new Map<number, Message>();
  /** Counts the breaks of the run: a page that was asked for before one is of no use. */
  #run = 0;

  /** @param id the client's own */
  constructor(id: string) {
    this.#id = id;
  }

  /** By rising number. */
  get messages(): Message[] {
    return [...this.#messages.values()].sort((one, other) => one.seq - other.seq);
  }

  /** The run is broken: what it had may have changed since, and nobody will tell. */
  break(): void {
    this.#messages.clear();
    this.#run++;
  }

  /** A page is asked for. @returns what takes its messages in, and says whether it could */
  await(): (messages: Message[]) => boolean {
    const run = this.#run;
    return (messages) => {
      if (run !== this.#run) return false;
      this.take(messages);
      return true;
    };
  }

  take(messages: Message[]): void {
    for (const message of messages) {
      const held = this.#messages.get(message.seq);
      if (held === undefined || revOf(message) > revOf(held)) this.#messages.set(message.seq, message);
    }
  }

  /** The next event of the run, or one that it had. */
  follow(entry: Entry): void {
    if (isMessage(entry)) this.take([entry]);
    this.#apply(entry);
  }

  /** Nothing below is kept any more. */
  dropBelow(first: number): void {
    for (const seq of this.#messages.keys()) if (seq < first) this.#messages.delete(seq);
  }

  /** What an event does to another message. */
  #apply(entry: Entry): void {
    const held = this.#messages.get((isMessage(entry) ? entry.reply : entry.target) ?? 0);
    if (held === undefined) return;
    const changed = entry.seq > revOf(held) ? { ...changedBy(held, entry), rev: entry.seq } : held;
    this.#messages.set(held.seq, entry.kind === "react" && entry.id === this.#id ? withOwn(changed, entry) : changed);
  }
}

function changedBy(message: Message, entry: Entry): Message {
  if (isMessage(entry)) return { ...message, replies: (message.replies ?? 0) + 1 };
  const { kind, text = "", version, mentions, deleted, emoji, on } = entry;
  switch (kind) {
    case "edit":
      // What it was edited to is gone: the deletion follows.
      return deleted ? message : { ...message, text, version, mentions };
    case "delete":
      return { ...message, text: "", deleted: true, version: undefined, mentions: undefined, reactions: undefined };
    case "react":
      return { ...message, reactions: count(message.reactions ?? [], emoji!, on! ? 1 : -1) };
    default:
      return message;
  }
}

function count(reactions: Reactions[], emoji: string, by: number): Reactions[] {
  const others = reactions.filter((one) => one.emoji !== emoji);
  const before = reactions.find((one) => one.emoji === emoji) ?? { emoji, count: 0 };
  const counted = { ...before, count: before.count + by };
  return counted.count > 0 ? [...others, counted] : others;
}

/** An own reaction is known as such whether or not it is counted already. */
function withOwn(message: Message, { emoji, on }: Change): Message {
  const reactions = message.reactions?.map((one) => one.emoji === emoji ? { ...one, mine: on } : one);
  return { ...message, reactions };
}
