/** Finds the messages that used a nonce before, and their fingerprints. @module */

import { fingerprintOf } from "../../log/fingerprint.ts";
import type { Entry } from "../../log/message_log.ts";
import { KvKey, messageOf, type MessageValue, type NonceValue } from "./keys.ts";
import { getAll } from "./read.ts";

export interface Earlier {
  seq: number;
  ts: number;
  fingerprint: Uint8Array;
}

/** The identity of a message; nothing for one without a nonce. */
export function identify({ room, event: { id, nonce } }: Entry): string | undefined {
  return nonce === undefined ? undefined : JSON.stringify([room, id, nonce]);
}

/** Those of these messages that are stored, by {@linkcode identify}. */
export async function findEarlier(kv: Deno.Kv, entries: Entry[], key: Uint8Array): Promise<Map<string, Earlier>> {
  const named = entries.filter(({ event }) => event.nonce !== undefined);
  const keys = named.map(({ room, event: { id, nonce } }) => KvKey.nonce(room, id, nonce!));
  const earlier = new Map<string, Earlier>();
  for (const [index, found] of (await getAll<NonceValue>(kv, keys)).entries()) {
    if (found.value === null) continue;
    const { room } = named[index]!;
    const [seq, ts, fingerprint = await fingerprintOfStored(kv, room, seq, key)] = found.value;
    if (fingerprint !== undefined) earlier.set(identify(named[index]!)!, { seq, ts, fingerprint });
    // Its message is gone: left there, it would fail every commit that has it.
    else await kv.atomic().check(found).delete(found.key).commit();
  }
  return earlier;
}

/** For an older message without one; nothing if the store has lost it. */
async function fingerprintOfStored(
  kv: Deno.Kv,
  room: string,
  seq: number,
  key: Uint8Array,
): Promise<Uint8Array | undefined> {
  const { value } = await kv.get<MessageValue>(KvKey.message(room, seq));
  return value === null ? undefined : fingerprintOf(messageOf(seq, value), key);
}
