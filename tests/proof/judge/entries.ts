/** Events and commands, compared and told. @module */

import { type Content, type Entry, isMessage, type Message } from "./evidence.ts";

/** A command by its content: two of one author are one if their nonces and this are the same. */
export function markOf(
  { kind = undefined, text, reply, mentions, target, targetNonce, version, emoji, on }: Content,
): string {
  return JSON.stringify([kind, text, reply, mentions, target, targetNonce, version, emoji, on]);
}

/** The content of a command, of an event that has more. */
export function pick({ kind, text, reply, mentions, target, targetNonce, version, emoji, on }: Content): Content {
  return { kind, text, reply, mentions, target, targetNonce, version, emoji, on };
}

/** Whether an event may be what was asked for: the text of one that was changed says nothing. */
export function mayBe({ kind, text, target, emoji, on, reply }: Content, entry: Entry): boolean {
  if (kind !== entry.kind) return false;
  if (isMessage(entry)) {
    const isChanged = entry.deleted || (entry.version ?? 0) > 0;
    return reply === entry.reply && (isChanged || text === entry.text);
  }
  return (target ?? entry.target) === entry.target && emoji === entry.emoji && on === entry.on;
}

/** An event in a sentence. */
export function shown(entry: Entry): string {
  const { seq, id, nonce } = entry;
  const by = `${seq} by ${id}${nonce === undefined ? "" : ` (${nonce})`}`;
  if (isMessage(entry)) return `${by} “${entry.text.slice(0, 40)}”`;
  return `${by} ${entry.kind} of ${entry.target}${entry.kind === "react" ? ` ${entry.emoji} ${entry.on}` : ""}`;
}

/** What changes make of a message, in a sentence. */
export function stateOf({ text, version = 0, deleted, reactions = [], replies = 0, mentions = [] }: Message): string {
  const parts = [
    deleted ? "deleted" : "",
    deleted && text === "" ? "" : `“${text}”`,
    version > 0 ? `(version ${version})` : "",
    ...reactions.map(({ emoji, count }) => `${emoji} ${count}`).sort(),
    replies > 0 ? `with ${replies} replies` : "",
    mentions.length > 0 ? `for ${mentions.join()}` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

export function isSameEvent(one: Entry, other: Entry): boolean {
  if (one.kind !== other.kind || one.id !== other.id || one.name !== other.name) return false;
  if (one.nonce !== other.nonce || one.ts !== other.ts) return false;
  if (isMessage(one) || isMessage(other)) return (one as Message).reply === (other as Message).reply;
  return one.target === other.target && one.emoji === other.emoji && one.on === other.on;
}

export function isSameState(one: Message, other: Message): boolean {
  return stateOf(one) === stateOf(other);
}

export function key(...parts: (string | number)[]): string {
  return parts.join("\0");
}
