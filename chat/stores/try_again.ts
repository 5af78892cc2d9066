import type { Clock } from "../base/clock.ts";

export interface Patience {
  forMs: number;
  everyMs: number;
}

/**
 * Does something that another process can keep from working for a while: has the file locked, or has not let go of it yet. This process
 * goes on with other things in between.
 *
 * @param passes whether an error is one of those
 */
export async function tryAgain<T>(
  clock: Clock,
  { forMs, everyMs }: Patience,
  passes: (error: unknown) => boolean,
  work: () => T | Promise<T>,
): Promise<T> {
  const giveUpAtMs = clock.elapsed() + forMs;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || clock.elapsed() > giveUpAtMs) throw error;
    }
    await new Promise<void>((again) => void clock.after(everyMs, again));
  }
}

/** Whether somebody else has locked the file: SQLite's words, with which Deno KV gives them on. */
export function isLocked(error: unknown): boolean {
  return /database (table )?is locked/.test(String(error));
}
