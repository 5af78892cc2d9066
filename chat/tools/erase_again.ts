/** Erases from a copy of a store those who were erased after it was made. @module */

import { openLog } from "../log/open_log.ts";
import { eraseAgain } from "../room/erase.ts";
import { type Erasure, erasuresOf } from "../stores/files/ledger.ts";
import { openStore } from "../stores/open_store.ts";

/**
 * Does again what the ledger beside a store says, as far as the copy has not had it.
 *
 * @param copy a SQLite file that nobody serves
 * @param store the path of the store in whose place it is to be put
 * @returns how many were erased
 */
export async function eraseFromCopy(copy: string, store: string): Promise<number> {
  const erasures = erasuresOf(store);
  if (erasures.length === 0) return 0;
  const log = openLog(await openStore(`sqlite:${copy}`));
  try {
    const people = log.people!;
    const due: Erasure[] = [];
    for (const erasure of erasures) if (!await people.isErased(erasure.id, erasure.mark)) due.push(erasure);
    for (const { id, mark } of due) await eraseAgain(log, people, id, mark);
    if (due.length > 0) await people.rewrite();
    return due.length;
  } finally {
    await log.close();
    Deno.removeSync(`${copy}-mark`);
  }
}
