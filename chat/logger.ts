/**
 * The service's own log: one JSON object a line on standard output, for programs to read and people to grep.
 *
 * @module
 */

/** Writes one line: what happened, and its details. */
export type Logger = (event: string, details?: Record<string, unknown>) => void;

/** A {@linkcode Logger} that writes to standard output. */
export function logJson(event: string, details: Record<string, unknown> = {}): void {
  // deno-lint-ignore no-console -- this is the one place that writes to it
  console.log(JSON.stringify({ time: new Date().toISOString(), event, ...details }));
}

/** What to write of something thrown: its name, message, causes and stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `; because of ${describeError(error.cause)}`;
  return (error.stack ?? `${error.name}: ${error.message}`) + cause;
}
