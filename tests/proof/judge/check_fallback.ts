/**
 * Judges the lines by which a client that does not understand changes is told of them: each is a message in its place, with a text that
 * says what happened, and shows nothing that was never there. That it has every line is judged with its stream.
 *
 * @module
 */

import type { Acks } from "./acks.ts";
import { shown } from "./entries.ts";
import type { ClientLog, Entry, Evidence, Message, Violation } from "./evidence.ts";
import { isMessage } from "./evidence.ts";
import type { Archive } from "./histories.ts";
import type { Ledger } from "./ledger.ts";

export function checkFallback(
  { name, events }: ClientLog,
  { store }: Evidence,
  ledger: Ledger,
  archive: Archive,
  acks: Acks,
  blame: (violation: Violation) => void,
): void {
  const epochs = new Map<string, string>();
  for (const event of events) {
    if (event.type === "joined" || event.type === "reset") epochs.set(event.room, event.epoch);
    if (event.type !== "joined" && event.type !== "history" && event.type !== "message") continue;
    const { room, at } = event;
    const epoch = event.type === "message" ? epochs.get(room) ?? "" : event.epoch;
    const life = ledger.life(room, epoch);
    // Of a life that is over nobody knows everything.
    if (store[room]?.epoch !== epoch) continue;
    for (const line of event.type === "message" ? [event.message] : event.messages) {
      const entry = life.entries.get(line.seq);
      if (entry === undefined || !isMessage(line)) continue;
      const target = isMessage(entry) ? entry.seq : entry.target;
      // A push under way may still have it as it was.
      const since = event.type === "message" ? 0 : acks.lastChange(event.askedAt, room, epoch, target);
      if (tellsOf(line, entry, archive.of(life).textsOf(target, Math.max(target, since)))) continue;
      const what = `it was told ${line.seq} of ${room} as “${line.text.slice(0, 40)}” by ${line.id}: it is ${
        shown(entry)
      }`;
      blame({ promise: 3, what, client: name, room, seq: line.seq, at });
    }
  }
}

/** @param texts those that the message may have */
function tellsOf({ id, name, ts, text }: Message, entry: Entry, texts: Set<string>): boolean {
  if (id !== entry.id || name !== entry.name || ts !== entry.ts) return false;
  if (isMessage(entry)) return texts.has(text);
  const { kind, emoji, on } = entry;
  if (kind === "delete") return text === "(deleted a message)";
  if (kind === "react") return text === (on ? `reacted ${emoji} to a message` : `took back the reaction ${emoji}`);
  // Of what is gone nobody has the text any more.
  return text === "* (deleted)" || texts.has(text.replace(/^\* /, ""));
}
