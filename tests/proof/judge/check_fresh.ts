/**
 * Judges that what was told is so: no reply shows a message as it was before a change that the client had been sent, or that anybody had
 * acknowledged before it was asked for; nor ends before what was acknowledged. So nobody is shown a text again that was overwritten or deleted.
 *
 * @module
 */

import type { Acks } from "./acks.ts";
import { key } from "./entries.ts";
import type { ClientEvent, ClientLog, Message, Violation } from "./evidence.ts";
import { isMessage, revOf } from "./evidence.ts";

export function checkFresh(
  { name, changes, events }: ClientLog,
  acks: Acks,
  blame: (violation: Violation) => void,
): void {
  /** The last event that a connection has brought of each message. */
  const sent = new Map<string, number>();
  const epochs = new Map<string, string>();
  for (const event of events) {
    if (event.type === "opened") sent.clear();
    if (event.type === "joined" || event.type === "reset") epochs.set(event.room, event.epoch);
    if (event.type === "message" || event.type === "change") {
      const { room } = event;
      const { target, seq } = event.type === "change"
        ? event.change
        : { target: event.message.reply, seq: event.message.seq };
      if (target !== undefined) sent.set(key(room, epochs.get(room) ?? "", target), seq);
    }
    if (event.type !== "joined" && event.type !== "history") continue;
    const { type, room, epoch, askedAt, at } = event;
    const acked = acks.last(askedAt, room, epoch);
    const end = type === "joined" ? event.seq : reachesOn(event) ? Infinity : event.to;
    if (end < acked) {
      const what = `a ${type} of ${room} ends with ${end}, and ${acked} had been acknowledged before it was asked for`;
      blame({ promise: 10, what, client: name, room, seq: acked, at });
    }
    // To others no message says which change was its last: their lines are judged by their texts.
    for (const message of changes ? [...event.messages, ...event.refs ?? []] : []) {
      if (!isMessage(message)) continue;
      const acked = acks.lastChange(askedAt, room, epoch, message.seq);
      const told = sent.get(key(room, epoch, message.seq)) ?? 0;
      if (Math.max(acked, told) <= revOf(message)) continue;
      const what =
        `a ${type} shows ${message.seq} of ${room} as ${revOf(message)} left it (${textOf(message)}), and the ` +
        (acked > revOf(message)
          ? `change ${acked} had been acknowledged before it was asked for`
          : `change ${told} came before`);
      blame({ promise: 10, what, client: name, room, seq: message.seq, at });
    }
  }
}

/** Whether a page of history need not have the newest message. */
function reachesOn({ before, after, more }: Extract<ClientEvent, { type: "history" }>): boolean {
  return before !== undefined || (after !== undefined && more);
}

function textOf({ deleted, text }: Message): string {
  return deleted ? "deleted" : `“${text.slice(0, 40)}”`;
}
