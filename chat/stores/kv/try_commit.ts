/** A transaction that others may come between. @module */

import { isLocked } from "../try_again.ts";

/** Commits; fails if another process came between, or is writing to the same file at this instant. Nothing is stored then. */
export async function tryCommit(
  write: Deno.AtomicOperation,
): Promise<Deno.KvCommitResult | Deno.KvCommitError> {
  try {
    return await write.commit();
  } catch (error) {
    if (isLocked(error)) return { ok: false };
    throw error;
  }
}
