/**
 * Judges what became of messages: each change that was acknowledged is in them and no other, only who may made it, and nobody is told an
 * earlier state than there was at that moment.
 *
 * @module
 */

import type { Acks } from "./acks.ts";
import {
  type Change,
  type ClientEvent,
  type ClientLog,
  type Evidence,
  isMessage,
  type Message,
  revOf,
  type StoredRoom,
  type Violation,
} from "./evidence.ts";
import { type Archive, difference, type History, type State } from "./histories.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";

type Blame = (violation: Violation) => void;
type Joined = Extract<ClientEvent, { type: "joined" }>;
type Page = Extract<ClientEvent, { type: "history" }>;
type Acked = Extract<ClientEvent, { type: "acked" }>;
type Reactors = Extract<ClientEvent, { type: "reactors" }>;

/** Judges every state of every message. */
export function checkStates(
  evidence: Evidence,
  ledger: Ledger,
  archive: Archive,
  acks: Acks,
  blame: Blame,
): void {
  for (const [room, stored] of Object.entries(evidence.store)) {
    checkStored(room, stored, ledger.life(room, stored.epoch), archive, blame);
  }
  for (const life of ledger.lives) {
    for (const seq of life.messages) {
      const history = archive.of(life).of(seq)!;
      if (life.isKnown(history.steps.at(-1)?.seq ?? seq)) checkSteps(life, history, blame);
    }
  }
  for (const log of evidence.clients) {
    const blameIt: Blame = (violation) => blame({ client: log.name, ...violation });
    if (log.dialect === "chat.v1" && log.changes) new Told(log, evidence, ledger, archive, acks, blameIt).check();
    checkUnchanged(log, ledger, archive, blameIt);
  }
}

/** Every message in the store is what its changes made of it. */
function checkStored(
  room: string,
  { entries, reactors, head }: StoredRoom,
  life: Life,
  archive: Archive,
  blame: Blame,
): void {
  if (!life.isKnown(head)) return;
  const histories = archive.of(life);
  for (const entry of entries) {
    const { seq } = entry;
    const history = isMessage(entry) ? histories.of(seq) : undefined;
    if (!isMessage(entry) || history === undefined) continue;
    const state = history.at(Infinity);
    if (revOf(entry) !== state.rev) {
      const what = `the store has ${seq} of ${room} as ${revOf(entry)} left it, and its last change is ${state.rev}`;
      blame({ promise: 1, what, room, seq });
    }
    const differs = difference(entry, state);
    if (differs !== undefined) blame({ promise: 1, what: `the store has ${seq} of ${room} as ${differs}`, room, seq });
    for (const { emoji, ids } of reactors.filter(({ target }) => target === seq)) {
      const due = state.reactors.get(emoji) ?? new Set();
      if (ids.length === due.size && ids.every((id) => due.has(id))) continue;
      const what = `the store has ${emoji} of ${ids.join()} at ${seq} of ${room}, and it is of ${[...due].join()}`;
      blame({ promise: 6, what, room, seq });
    }
  }
}

/** Each change was one that its author could make at that moment, and that changed something. */
function checkSteps({ room }: Life, history: History, blame: Blame): void {
  let before = history.at(history.seq);
  for (const step of history.steps) {
    const { seq, id, kind } = step;
    const state = history.at(seq);
    const isOfAuthor = kind === "edit" || kind === "delete";
    const wrong = before.deleted
      ? "though it was deleted"
      : isOfAuthor && (id !== history.id || !id.startsWith("k-"))
      ? "though it was not theirs to change"
      : kind === "edit" && step.content !== undefined && step.content.version !== before.version
      ? `as version ${step.content.version}, and it was version ${before.version}`
      : isSame(before, state)
      ? "though that changed nothing"
      : undefined;
    if (wrong !== undefined) {
      const what = `${id} could ${kind} ${history.seq} of ${room} (event ${seq}), ${wrong}`;
      blame({ promise: 6, what, room, seq });
    }
    before = state;
  }
}

function isSame(one: State, other: State): boolean {
  if (one.text === undefined || other.text === undefined || one.deleted !== other.deleted) return false;
  const standing = ({ reactors }: State) =>
    JSON.stringify([...reactors].map(([emoji, ids]) => [emoji, [...ids].sort()]).sort());
  if (one.replies !== other.replies) return false;
  return one.text === other.text && String(one.mentions) === String(other.mentions) &&
    standing(one) === standing(other);
}

/** What one client was told. */
class Told {
  readonly #log: ClientLog;
  readonly #ledger: Ledger;
  readonly #archive: Archive;
  readonly #acks: Acks;
  /** Whether the store may not have what clients had seen in it. */
  readonly #mayLack: boolean;
  readonly #blame: Blame;

  constructor(
    log: ClientLog,
    { losses, holes = [], trims = [] }: Evidence,
    ledger: Ledger,
    archive: Archive,
    acks: Acks,
    blame: Blame,
  ) {
    this.#log = log;
    this.#ledger = ledger;
    this.#archive = archive;
    this.#acks = acks;
    this.#mayLack = losses.length + holes.length + trims.length > 0;
    this.#blame = blame;
  }

  check(): void {
    const epochs = new Map<string, string>();
    for (const event of this.#log.events) {
      if (event.type === "joined" || event.type === "reset") epochs.set(event.room, event.epoch);
      if (event.type === "joined" || event.type === "history") this.#checkPage(event);
      else if (event.type === "reactors") this.#checkReactors(event, epochs.get(event.room) ?? "");
      else if (event.type === "message" || event.type === "change") {
        const life = this.#ledger.life(event.room, epochs.get(event.room) ?? "");
        const entry = event.type === "message" ? event.message : event.change;
        if (isMessage(entry)) this.#checkMessage(life, entry, event.at);
        else if (entry.kind === "edit") this.#checkEdit(life, entry, event.at);
      }
    }
  }

  /** A joined is of one moment, which it names: everything in it is as it was then. */
  #checkPage(event: Joined | Page): void {
    const { room, epoch, messages, refs = [], at } = event;
    const now = event.type === "joined" ? event.seq : undefined;
    const life = this.#ledger.life(room, epoch);
    for (const entry of messages) {
      if (!isMessage(entry)) {
        if (entry.kind === "edit") this.#checkEdit(life, entry, at, now, (event as Joined).first);
        continue;
      }
      this.#checkMessage(life, entry, at, now);
      if (event.type === "joined" && event.recovered) continue;
      this.#checkOwn(life, entry, at);
    }
    for (const quote of refs) this.#checkQuote(life, quote, at);
  }

  /** @param now the last event of the room when it was read, where that is known */
  #checkMessage(life: Life, message: Message, at: number, now?: number): void {
    const { room } = life;
    const { seq } = message;
    const history = this.#history(life, seq, Math.max(revOf(message), now ?? 0));
    if (history === undefined) return;
    const state = history.at(revOf(message));
    const differs = state.rev !== revOf(message)
      ? `${revOf(message)} left it, which is no change of it`
      : difference(message, state);
    if (differs !== undefined) {
      this.#blame({ promise: 3, what: `it was told ${seq} of ${room} as ${differs}`, room, seq, at });
    }
    if (now === undefined || history.at(now).rev === state.rev) return;
    const what = `it was told ${seq} of ${room} as ${state.rev} left it, when the room was at ${now} and ` +
      `${history.at(now).rev} had changed it`;
    this.#blame({ promise: 10, what, room, seq, at });
  }

  /** A page says which reactions are its reader's own. */
  #checkOwn(life: Life, { seq, rev = seq, reactions = [] }: Message, at: number): void {
    const { room } = life;
    const history = this.#history(life, seq, rev);
    for (const { emoji, mine = false } of history === undefined ? [] : reactions) {
      const due = history!.at(rev).reactors.get(emoji)?.has(this.#log.id) ?? false;
      if (mine === due) continue;
      const what = `it was told that ${emoji} at ${seq} of ${room} is ${mine ? "" : "not "}its own`;
      this.#blame({ promise: 6, what, room, seq, at });
    }
  }

  /** Those who reacted did so at one moment since the last change that had been acknowledged. */
  #checkReactors({ room, askedAt, target, emoji, ids, more, at }: Reactors, epoch: string): void {
    const life = this.#ledger.life(room, epoch);
    const history = this.#archive.of(life).of(target);
    const revs = [target, ...history?.steps.map(({ seq }) => seq) ?? []];
    // It does not say of which life of the store it is, nor of which moment in it.
    if (history === undefined || more || this.#mayLack || !life.isKnown(revs.at(-1)!)) return;
    const since = Math.max(this.#acks.lastChange(askedAt, room, epoch, target), target);
    const possible = [since, ...revs.filter((rev) => rev > since)].map((rev) => history.at(rev).reactors.get(emoji));
    if (possible.some((due) => ids.length === (due?.size ?? 0) && ids.every((id) => due?.has(id)))) return;
    const what = `it was told that ${emoji} at ${target} of ${room} is of ${
      ids.join() || "nobody"
    }, which it never was since`;
    this.#blame({ promise: 6, what, room, seq: target, at });
  }

  /** An edit is told with a text that its target has had since, or has now. */
  #checkEdit(life: Life, edit: Change, at: number, now?: number, first = 0): void {
    const { room } = life;
    const { seq, target, text = "", version = 0, deleted = false } = edit;
    const history = this.#history(life, target, Math.max(seq, now ?? 0));
    // What it was an edit of may have been removed.
    if (history === undefined || (deleted && (target < first || this.#ledger.isGone(life, target)))) return;
    const steps = history.steps.filter((step) => step.seq >= seq && (now === undefined || step.seq <= now));
    const states = now === undefined ? steps.map((step) => history.at(step.seq)) : [history.at(now)];
    const isDue = ({ deleted: gone, text: due = text, version: number }: State) =>
      gone ? deleted && text === "" : !deleted && due === text && number === version;
    if (states.some(isDue)) return;
    const what =
      `it was told the edit ${seq} of ${target} in ${room} as ${
        deleted ? "deleted" : `“${text}”, version ${version}`
      }, ` +
      `which it was not${now === undefined ? "" : ` when the room was at ${now}`}`;
    this.#blame({ promise: 10, what, room, seq, at });
  }

  #checkQuote(life: Life, { seq, rev = seq, text, deleted = false }: Message, at: number): void {
    const { room } = life;
    const state = this.#history(life, seq, rev)?.at(rev);
    if (state === undefined || state.text === undefined) return;
    if (deleted === state.deleted && state.text.startsWith(text)) return;
    this.#blame({ promise: 10, what: `it was told “${text}” as a quote of ${seq} of ${room}`, room, seq, at });
  }

  /** A message's history, if all that happened up to a place is known. */
  #history(life: Life, seq: number, upTo: number): History | undefined {
    return life.isKnown(upTo) ? this.#archive.of(life).of(seq) : undefined;
  }
}

/** Where there was nothing to do, the message was as it was asked for. */
function checkUnchanged({ id, events }: ClientLog, ledger: Ledger, archive: Archive, blame: Blame): void {
  for (const event of events) {
    if (event.type !== "acked" || !event.unchanged) continue;
    const { room, epoch, seq, nonce, at } = event;
    const life = ledger.life(room, epoch);
    const target = event.target ?? life.nonces.get(`${id}\0${event.targetNonce}`) ?? 0;
    const history = life.isKnown(seq) ? archive.of(life).of(target) : undefined;
    if (history === undefined) continue;
    const state = history.at(seq);
    if (state.rev === seq && isSo(state, id, event)) continue;
    const what = `${nonce} was acked as without effect on ${target} of ${room}, as ${seq} left it, and it was not so`;
    blame({ promise: 1, what, room, seq: target, nonce, at });
  }
}

/** Whether a state is already what a command asks for. */
function isSo({ reactors, deleted, text }: State, id: string, command: Acked): boolean {
  if (command.kind === "delete") return deleted;
  if (command.kind === "edit") return text === undefined || text === command.text;
  return (reactors.get(command.emoji ?? "")?.has(id) ?? false) === command.on;
}
