/** What is known of one room in one life of the store. @module */

import { type Content, type Entry, isMessage } from "./evidence.ts";

/** An event of which no more is known than its acknowledgement. */
interface Known {
  id: string;
  nonce: string;
  content: Content;
}

/** One room in one life of the store, as far as anybody reported it. */
export class Life {
  readonly room: string;
  readonly epoch: string;
  readonly entries = new Map<number, Entry>();
  /** What was acknowledged, by its place. */
  readonly acked = new Map<number, Known>();
  /** The places of each author's nonces. */
  readonly nonces = new Map<string, number>();
  /** The texts with which anybody was told a message. */
  readonly texts = new Map<number, Set<string>>();
  /** The last place up to which every one is known. */
  knownUpTo = 0;
  #messages: number[] | undefined;

  constructor(room: string, epoch: string) {
    this.room = room;
    this.epoch = epoch;
  }

  /** The numbers of the messages, by rising number. */
  get messages(): readonly number[] {
    return this.#messages ??= [...this.#kinds()].filter(([, isMessage]) => isMessage).map(([seq]) => seq)
      .sort((one, other) => one - other);
  }

  /** How many messages there are from one place to another. */
  count(from: number, to: number): number {
    return this.between(from - 1, to + 1).length;
  }

  /** The messages between two places. */
  between(before: number, behind: number): readonly number[] {
    return this.messages.slice(indexOf(this.messages, before + 1), indexOf(this.messages, behind));
  }

  /** The first message behind a place. */
  next(seq: number): number | undefined {
    return this.messages[indexOf(this.messages, seq + 1)];
  }

  isMessage(seq: number): boolean {
    return this.messages[indexOf(this.messages, seq)] === seq;
  }

  /** Whether an event of an unknown kind may be among these. */
  isKnown(upTo: number): boolean {
    return upTo <= this.knownUpTo;
  }

  /** Counts what is known, once everything has been gathered. */
  close(): void {
    while (this.entries.has(this.knownUpTo + 1) || this.acked.has(this.knownUpTo + 1)) this.knownUpTo++;
  }

  *#kinds(): Iterable<[seq: number, isMessage: boolean]> {
    for (const [seq, entry] of this.entries) yield [seq, isMessage(entry)];
    for (const [seq, { content }] of this.acked) if (!this.entries.has(seq)) yield [seq, content.kind === undefined];
  }
}

/** Where the first number is that is not below `seq`. */
function indexOf(numbers: readonly number[], seq: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (numbers[middle]! < seq) from = middle + 1;
    else to = middle;
  }
  return from;
}
