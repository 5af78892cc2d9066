/**
 * What is decided by: earlier nonces, targets, reactions. It is read after the rooms' versionstamps, and every event raises that
 * of its room: if the rooms are unchanged when the commit is made, these facts are still true.
 *
 * @module
 */

import type { Facts } from "../../event/event.ts";
import { targetOf } from "../../event/kinds.ts";
import { fingerprintOf } from "../../log/fingerprint.ts";
import type { Entry } from "../../log/store.ts";
import { isSlowed } from "../slow_mode.ts";
import { KvKey } from "./keys.ts";
import { type AnyMessageValue, type MessageValue, messageValueOf, type NonceValue } from "./values.ts";
import type { KvView } from "./view.ts";

/**
 * Loads the facts of some entries. A message that answers nothing needs none: that its nonce is free is checked when it is committed,
 * unless all nonces are asked for.
 */
export async function loadFacts(view: KvView, entries: Entry[], allNonces: boolean, key: Uint8Array): Promise<void> {
  const needing = entries.filter(({ event }) => targetOf(event) !== undefined);
  await loadNonces(view, allNonces ? entries : needing, key);
  await view.load(entries.filter(isSlowed).map(({ room, event }) => KvKey.lastMessage(room, event.id)));
  await view.load(needing.flatMap((entry) => {
    const { room, event } = entry;
    const target = targetSeq(view, entry);
    if (target === undefined) return [];
    const message = KvKey.message(room, target);
    return event.kind === "react" ? [message, KvKey.reaction(room, target, event.emoji, event.id)] : [message];
  }));
}

async function loadNonces(view: KvView, entries: Entry[], fingerprintKey: Uint8Array): Promise<void> {
  const nonces = entries.flatMap(({ room, event }) =>
    [event.nonce, targetOf(event)].filter((nonce) => typeof nonce === "string")
      .map((nonce) => ({ room, key: KvKey.nonce(room, event.id, nonce) }))
  );
  await view.load(nonces.map(({ key }) => key));
  for (const { room, key } of nonces) await mend(view, room, key, fingerprintKey);
}

/** An older nonce has no fingerprint: it is its message's. If the store has lost that, the nonce is free. */
async function mend(view: KvView, room: string, key: Deno.KvKey, fingerprintKey: Uint8Array): Promise<void> {
  const nonce = view.get<NonceValue>(key);
  if (nonce === null || nonce.length > 2) return;
  const [seq, ts] = nonce;
  await view.load([KvKey.message(room, seq)]);
  const message = messageIn(view, room, seq);
  const mended: NonceValue | null = message ? [seq, ts, fingerprintOf(message.event, fingerprintKey)] : null;
  view.assume(key, mended);
}

export function messageIn(view: KvView, room: string, seq: number): MessageValue | undefined {
  const value = view.get<AnyMessageValue>(KvKey.message(room, seq));
  return value === null ? undefined : messageValueOf(seq, value);
}

/** The number of the message that an event changes or answers. */
function targetSeq(view: KvView, { room, event }: Entry): number | undefined {
  const target = targetOf(event);
  return typeof target === "string" ? view.get<NonceValue>(KvKey.nonce(room, event.id, target))?.[0] : target;
}

export function factsOf(view: KvView, entry: Entry): Facts {
  const { room, event, condition } = entry;
  const seq = targetSeq(view, entry);
  const target = seq === undefined ? undefined : messageIn(view, room, seq)?.event;
  const lastMs = isSlowed(entry) ? view.get<number>(KvKey.lastMessage(room, event.id)) ?? undefined : undefined;
  const terms: Facts = { ...condition?.terms, lastMs, target };
  if (target === undefined || event.kind !== "react") return terms;
  return { ...terms, reacted: view.get(KvKey.reaction(room, target.seq, event.emoji, event.id)) !== null };
}
