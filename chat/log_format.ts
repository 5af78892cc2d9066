/**
 * How an event looks in the log: a line of JSON for programs, a short one for a person who started the server in a terminal.
 *
 * @module
 */

import { escapeUnseen } from "./escape.ts";

/** What happened. */
export interface LogEvent {
  /** When. */
  time: Date;
  /** Its kind. */
  event: string;
  /** What belongs to its kind. */
  details: Record<string, unknown>;
}

/** One JSON object on one line, whatever its strings are made of. */
export function jsonLine({ time, event, details }: LogEvent): string {
  return escapeUnseen(JSON.stringify({ time: time.toISOString(), event, ...details }));
}
