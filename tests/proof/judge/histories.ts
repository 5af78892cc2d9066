/**
 * What became of each message, change by change: worked out from what its author and those who changed it had asked for, and so
 * without the server's word for it. The states that clients are shown are compared with these.
 *
 * @module
 */

import { key, stateOf } from "./entries.ts";
import type { Change, Content, Message } from "./evidence.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";

/** One change of a message; an answer to it is one, too. */
export interface Step {
  seq: number;
  kind: Change["kind"] | "reply";
  id: string;
  emoji?: string;
  on?: boolean;
  /** What was asked for; undefined if that cannot be told. */
  content?: Content;
}

/** A message after some of its changes. */
export interface State {
  /** The last of them; or the message itself. */
  rev: number;
  /** Undefined if it cannot be told. */
  text?: string;
  mentions: string[];
  version: number;
  deleted: boolean;
  /** The ids whose reaction stands, by emoji. */
  reactors: Map<string, Set<string>>;
  replies: number;
}

/** One message and its changes, by rising number. */
export class History {
  readonly seq: number;
  readonly id: string;
  readonly steps: Step[] = [];
  readonly #original: Content | undefined;
  readonly #states: State[] = [];

  constructor(seq: number, id: string, original: Content | undefined) {
    this.seq = seq;
    this.id = id;
    this.#original = original;
  }

  /** The state that all changes up to one make of it. */
  at(seq: number): State {
    let count = this.steps.findIndex((step) => step.seq > seq);
    if (count < 0) count = this.steps.length;
    for (let done = this.#states.length; done <= count; done++) {
      this.#states.push(done === 0 ? this.#begin() : after(this.#states[done - 1]!, this.steps[done - 1]!));
    }
    return this.#states[count]!;
  }

  /** Whether it had another number of edits than this at some time. */
  wasOfVersionOtherThan(version: number): boolean {
    return this.steps.some(({ seq }) => this.at(seq).version !== version) || version !== 0;
  }

  #begin(): State {
    const { text, mentions = [] } = this.#original ?? {};
    return { rev: this.seq, text, mentions, version: 0, deleted: false, reactors: new Map(), replies: 0 };
  }
}

function after(state: State, { seq, kind, id, emoji = "", on, content }: Step): State {
  const changed = { ...state, rev: seq };
  switch (kind) {
    case "reply":
      return { ...changed, replies: state.replies + 1 };
    case "edit":
      return { ...changed, text: content?.text, mentions: content?.mentions ?? [], version: state.version + 1 };
    case "delete":
      return { ...changed, text: "", mentions: [], version: 0, deleted: true, reactors: new Map() };
    case "react":
      return { ...changed, reactors: withReaction(state.reactors, emoji, id, on ?? false) };
  }
}

function withReaction(before: State["reactors"], emoji: string, id: string, on: boolean): State["reactors"] {
  const reactors = new Map(before);
  const ids = new Set(reactors.get(emoji));
  if (on) ids.add(id);
  else ids.delete(id);
  if (ids.size > 0) reactors.set(emoji, ids);
  else reactors.delete(emoji);
  return reactors;
}

/** The histories of everything that a ledger knows. */
export class Archive {
  readonly #ledger: Ledger;
  readonly #lives = new Map<Life, Histories>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Those of a life of a room. */
  of(life: Life): Histories {
    const histories = this.#lives.get(life) ?? new Histories(this.#ledger, life);
    this.#lives.set(life, histories);
    return histories;
  }
}

/** The histories of all messages of one life of a room. */
class Histories {
  readonly #histories = new Map<number, History>();
  readonly #life: Life;

  constructor(ledger: Ledger, life: Life) {
    this.#life = life;
    for (const seq of [...new Set([...life.entries.keys(), ...life.acked.keys()])].sort((one, other) => one - other)) {
      this.#add(ledger, life, seq);
    }
  }

  /** What became of a message; undefined where none is known. */
  of(seq: number): History | undefined {
    return this.#histories.get(seq);
  }

  /** Every text with which a client that knows only messages may be told one, that has it as it is after `from` or later. */
  textsOf(seq: number, from = seq): Set<string> {
    const texts = new Set<string>();
    const history = this.#histories.get(seq);
    if (history === undefined) return new Set(this.#life.texts.get(seq));
    for (const rev of [from, ...history.steps.map((step) => step.seq).filter((rev) => rev > from)]) {
      const { text, deleted } = history.at(rev);
      if (deleted) texts.add("(deleted)");
      else if (text !== undefined) texts.add(text);
      else for (const told of this.#life.texts.get(seq) ?? []) texts.add(told);
    }
    return texts;
  }

  #add(ledger: Ledger, life: Life, seq: number): void {
    const entry = life.entries.get(seq);
    const { id } = (entry ?? life.acked.get(seq))!;
    const content = ledger.contentOf(life, seq);
    const { kind, emoji, on }: Content = entry ?? content!;
    const nonce = content?.targetNonce ?? "";
    if (kind !== undefined) {
      const target = (entry as Change | undefined)?.target ?? content?.target ?? life.nonces.get(key(id, nonce));
      this.#histories.get(target ?? 0)?.steps.push({ seq, kind, id, emoji, on, content });
      return;
    }
    this.#histories.set(seq, new History(seq, id, content));
    const reply = (entry as Message | undefined)?.reply ?? content?.reply;
    this.#histories.get(reply ?? 0)?.steps.push({ seq, kind: "reply", id });
  }
}

/** How a message that somebody was shown differs from its state; undefined if it does not. */
export function difference(message: Message, state: State): string | undefined {
  const { rev, text, mentions, version, deleted, reactors, replies } = state;
  const reactions = Array.from(reactors, ([emoji, ids]) => ({ emoji, count: ids.size }));
  const due: Message = { ...message, text: text ?? message.text, mentions, version, deleted, reactions, replies };
  if (text === undefined) due.mentions = message.mentions;
  const [is, must] = [stateOf(message), stateOf(due)];
  return is === must ? undefined : `${is}, and after ${rev} it is ${must}`;
}
