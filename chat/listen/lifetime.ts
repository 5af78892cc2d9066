/** How the process ends: by a signal, because the runtime wants to, or because it cannot start. @module */

import { SettingError } from "../base/errors.ts";
import { DRAIN_MS } from "../limits.ts";
import { tellOperator } from "../logging/console.ts";
import { reportTo, type ServiceLog } from "../logging/logger.ts";

export interface Running {
  /** Finishes the work under way, and says goodbye. */
  drain(): Promise<void>;
  /** Whether other workers of this process serve as well. */
  parallel: boolean;
}

/** Ctrl-C, the stop of a process manager, and the end of the terminal. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Signals this close to the first, in milliseconds, are the same one: a terminal sends Ctrl-C, and `deno task` passes it on. */
const SAME_SIGNAL_MS = 500;

/** Listens for signals from the start. */
export class Lifetime {
  readonly #log: ServiceLog;
  #running: Running | undefined;
  #stoppingSince = Infinity;
  #stopped: Promise<void> | undefined;

  constructor(log: ServiceLog) {
    this.#log = log;
    for (const signal of SIGNALS) {
      try {
        Deno.addSignalListener(signal, () => this.stop(signal));
      } catch {
        // Windows has no SIGTERM, and a host may have none at all.
      }
    }
  }

  /** Ends the process if the service cannot start. */
  begin(starting: Promise<Running>): void {
    starting.then(
      (running) => this.#running = running,
      (error) => this.#end(error instanceof SettingError ? 2 : 1, error),
    );
  }

  /** Resolves when the process may end. */
  stop(signal?: Deno.Signal): Promise<void> {
    const now = performance.now();
    // A second signal means that nobody wants to wait.
    if (signal !== undefined && now - this.#stoppingSince > SAME_SIGNAL_MS) Deno.exit(1);
    this.#stoppingSince = Math.min(this.#stoppingSince, now);
    return this.#stopped ??= this.#drainAndEnd(signal);
  }

  async #drainAndEnd(signal?: Deno.Signal): Promise<void> {
    const logger = this.#log.write;
    logger("stopping", { signal });
    let code = 0;
    try {
      await this.#running?.drain();
    } catch (error) {
      reportTo(logger)("A bug: the service could not stop in good order", error);
      code = 1;
    }
    logger("stopped");
    if (!this.#running?.parallel) return await this.#end(code);
    // Other workers of this process may have more to do: it ends by itself when all are done, and nobody waits for ever.
    Deno.unrefTimer(setTimeout(() => Deno.exit(0), DRAIN_MS));
    await this.#log.lines.close();
  }

  /** Ends the process after its log is written. @param error why it could not be started */
  async #end(code: number, error?: unknown): Promise<never> {
    if (error instanceof Error) tellOperator(error.message);
    await this.#log.lines.close();
    Deno.exit(code);
  }
}
