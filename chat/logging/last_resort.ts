/**
 * Catches errors that nobody else does: in a socket's event, a timer, a listener, a promise. A bug must not end everybody's chat.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { LimitedLines } from "./limited_lines.ts";
import { describeError } from "../base/errors.ts";
import type { Logger } from "./logger.ts";

/** Logs each as `trouble`, and lets the process go on. */
export function catchStrayErrors(logger: Logger, clock: Clock): void {
  const lines = new LimitedLines("trouble", logger, clock);
  const tell = (event: Event, error: unknown) => {
    event.preventDefault();
    lines.tell({ message: "A bug: this was thrown where nothing catches it", error: describeError(error) });
  };
  globalThis.addEventListener("error", (event) => tell(event, event.error));
  globalThis.addEventListener("unhandledrejection", (event) => tell(event, event.reason));
}
