/** Transactions that others may come between. @module */

import type { Clock } from "../../base/clock.ts";
import { isLocked } from "../try_again.ts";
import { KV_TRIES } from "./bounds.ts";

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

/**
 * Tries again what others came between: at once at first, then after a while, and a longer one each time.
 *
 * @param attempt reads anew what it decides by, and gives nothing if others came between
 */
export async function untilCommitted<T>(
  clock: Clock,
  attempt: (tries: number) => Promise<T | undefined>,
): Promise<T> {
  for (let tries = 0; tries < KV_TRIES; tries++) {
    const result = await attempt(tries);
    if (result !== undefined) return result;
    if (tries > 0) await new Promise<void>((resolve) => void clock.after(Math.random() * 4 * tries, resolve));
  }
  throw new Error("others write to the same keys faster than this process can");
}

/** Stores a value, whatever was there. */
export async function put(kv: Deno.Kv, clock: Clock, key: Deno.KvKey, value: unknown): Promise<void> {
  await untilCommitted(clock, async () => (await tryCommit(kv.atomic().set(key, value))).ok || undefined);
}
