/** How tests wait: for a condition, never for a time. @module */

/** How long a test waits for what must come, in milliseconds. Generous: the machine may be busy with other tests. */
export const PATIENCE_MS = 60_000;

/** Conditions waiting for something to happen. */
export class Waiters {
  readonly #checks = new Set<() => void>();

  /** Something happened: looks at every condition again. */
  wake(): void {
    for (const check of [...this.#checks]) check();
  }

  /**
   * Resolves with the first value of `look` that is not undefined or false.
   *
   * @param look called now and after each {@linkcode wake}; what it throws rejects
   * @param describe says, for the message of the rejection, how things stand when patience has run out
   */
  until<T>(look: () => T | undefined | false, describe: () => string, patienceMs = PATIENCE_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#checks.delete(check);
        settle();
      };
      const check = () => {
        try {
          const value = look();
          if (value !== undefined && value !== false) end(() => resolve(value));
        } catch (error) {
          end(() => reject(error));
        }
      };
      const timer = setTimeout(() => end(() => reject(new Error(`Waited in vain: ${describe()}`))), patienceMs);
      this.#checks.add(check);
      check();
    });
  }
}

/** What a promise gives; fails if it does not within a time that is generous on any machine. For what has no bound of its own. */
export async function inTime<T>(
  promise: Promise<T>,
  what: string | (() => string),
  patienceMs = PATIENCE_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const told = () => `Waited in vain for ${typeof what === "string" ? what : what()}`;
    timer = setTimeout(() => reject(new Error(told())), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves once `look` holds, which is polled: for conditions in other processes, of which no event tells. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  while (true) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
