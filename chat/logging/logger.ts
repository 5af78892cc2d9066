/**
 * The service's own log: what happened, a line for each event, on standard output. It never fails and never waits: see
 * `line_writer.ts`.
 *
 * @module
 */

import { describeError } from "../base/errors.ts";
import { LineWriter, type Sink } from "./line_writer.ts";
import { jsonFormat, type LogEvent } from "./log_format.ts";

/** Logs an event: what happened, and its details. */
export type Logger = (event: string, details?: Record<string, unknown>) => void;

/** A log that is written somewhere, and counts its lines. */
export class ServiceLog {
  /** Writes one line. */
  readonly write: Logger;
  readonly #lines: LineWriter;
  #troubles = 0;

  /** Begins with nothing told. @param format makes a line of an event */
  constructor(sink: Sink, format: (event: LogEvent) => string = jsonFormat) {
    const line = (event: string, details: Record<string, unknown> = {}) => format({ time: new Date(), event, details });
    this.#lines = new LineWriter(
      sink,
      (lines, since) =>
        line("trouble", {
          message: `${lines === 1 ? "1 line" : `${lines} lines`} could not be written since ${since.toISOString()}`,
        }),
    );
    this.write = (event, details) => {
      if (event === "trouble") this.#troubles++;
      this.#lines.write(line(event, details));
    };
  }

  /** Lines that could not be written since the start. */
  get dropped(): number {
    return this.#lines.dropped;
  }

  /** Bytes that wait to be written. */
  get waitingBytes(): number {
    return this.#lines.waitingBytes;
  }

  /** How often `trouble` was logged since the start. */
  get troubles(): number {
    return this.#troubles;
  }

  /** Writes the lines that wait, if that can be done soon. Called before the process ends. */
  close(): Promise<void> {
    return this.#lines.close();
  }
}

/** Logs trouble: what does not work and, if that is known, why. */
export function reportTo(logger: Logger): (message: string, cause?: unknown) => void {
  return (message, cause) => logger("trouble", { message, error: cause && describeError(cause) });
}
