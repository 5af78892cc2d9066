/** Does in a copy of a store what the store's ledger says was done after the copy was made. @module */

import type { Bots } from "../log/bots.ts";
import type { Identities } from "../log/identities.ts";
import type { People } from "../log/people.ts";
import type { MessageLog } from "../log/message_log.ts";
import { openLog } from "../log/open_log.ts";
import { eraseAgain } from "../room/erase_person.ts";
import { botRemovalsOf, type Erasure, erasuresOf, type Revocation, revocationsOf } from "../stores/files/ledger.ts";
import { openStore } from "../stores/open_store.ts";

/** How many were erased again, how many ids called back again, and how many bots taken back again. */
export interface Followed {
  erased: number;
  revoked: number;
  bots: number;
}

/**
 * Does again what the ledger beside a store says, as far as the copy has not had it.
 *
 * @param copy a SQLite file that nobody serves
 * @param store the path of the store in whose place it is to be put
 */
export async function followLedger(copy: string, store: string): Promise<Followed> {
  const [erasures, revocations, bots] = [erasuresOf(store), revocationsOf(store), botRemovalsOf(store)];
  if (erasures.length + revocations.length + bots.length === 0) return { erased: 0, revoked: 0, bots: 0 };
  const log = openLog(await openStore(`sqlite:${copy}`));
  try {
    return {
      revoked: await revokeAll(log.identities!, revocations),
      bots: await removeAll(log.bots!, bots),
      erased: await eraseAll(log, log.people!, erasures),
    };
  } finally {
    await log.close();
  }
}

async function revokeAll(identities: Identities, revocations: Revocation[]): Promise<number> {
  let count = 0;
  for (const { revoked, next } of revocations) {
    if ((await identities.find(revoked)).revoked) continue;
    await identities.revoke(revoked, next);
    count++;
  }
  return count;
}

async function removeAll(bots: Bots, secrets: string[]): Promise<number> {
  let count = 0;
  for (const secret of secrets) {
    const bot = await bots.find(secret);
    if (bot !== undefined && await bots.remove(bot.name)) count++;
  }
  return count;
}

async function eraseAll(log: MessageLog, people: People, erasures: Erasure[]): Promise<number> {
  const due: Erasure[] = [];
  for (const erasure of erasures) if (!await people.isErased(erasure.id, erasure.mark)) due.push(erasure);
  for (const { id, mark } of due) await eraseAgain(log, people, id, mark);
  if (due.length > 0) await people.rewrite();
  return due.length;
}
