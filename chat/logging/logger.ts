/**
 * The service's own log: what happened, a line for each event, on standard output. It never fails and never waits: see
 * `line_writer.ts`.
 *
 * @module
 */

import { describeError } from "../base/errors.ts";
import { LineWriter, type Sink } from "./line_writer.ts";
import type { LogEvent } from "./log_format.ts";

/** Logs an event: what happened, and its details. */
export type Logger = (event: string, details?: Record<string, unknown>) => void;

/** Tells the operator: a sentence, and the error behind it if there is one. Called per incident, not per message. */
export type ReportTrouble = (message: string, cause?: unknown) => void;

/** Tells the operator what is no trouble, in a sentence. */
export type Tell = (message: string) => void;

/** A log that is written somewhere, and counts its lines. */
export class ServiceLog {
  readonly lines: LineWriter;
  /** How often `trouble` was logged since the start. */
  troubles = 0;
  readonly #format: (event: LogEvent) => string;

  /** @param format makes a line of an event */
  constructor(sink: Sink, format: (event: LogEvent) => string) {
    this.#format = format;
    this.lines = new LineWriter(sink, (lines, since) => {
      const missing = lines === 1 ? "1 line" : `${lines} lines`;
      return this.#line("trouble", { message: `${missing} could not be written since ${since.toISOString()}` });
    });
  }

  readonly write: Logger = (event, details) => {
    if (event === "trouble") this.troubles++;
    this.lines.write(this.#line(event, details));
  };

  #line(event: string, details: Record<string, unknown> = {}): string {
    return this.#format({ time: new Date(), event, details });
  }
}

/** Logs trouble: what does not work and, if that is known, why. */
export function reportTo(logger: Logger): ReportTrouble {
  return (message, cause) => logger("trouble", { message, error: cause && describeError(cause) });
}
