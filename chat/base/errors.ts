/** Errors, and how they are told: in a sentence to the operator, or in full to the log. @module */

/** It keeps the service from starting. The operator sees only its message: one sentence that says what to do. */
export class StartError extends Error {
  override name = "StartError";
}

/** A well-formed setting that cannot be used here. Its message begins with `Cannot use` and its name. */
export class SettingError extends StartError {
  override name = "SettingError";
}

/**
 * The reason for which the system refused something, in a few words for the operator.
 *
 * @param permission the flag of Deno, no wider than needed, that would have allowed it
 */
export function reasonOf(error: unknown, permission?: string): string {
  if (error instanceof Deno.errors.NotCapable && permission !== undefined) {
    // Places such as /proc: the only flag that opens them opens everything else as well.
    if (error.message.includes("all access")) return "Deno keeps programs away from that place";
    return `Deno was not given leave to: start it with ${permission}`;
  }
  if (error instanceof Deno.errors.NotFound) return "it is not there";
  if (error instanceof Deno.errors.PermissionDenied) return "this user may not";
  return error instanceof Error ? error.message.replace(/ \(os error \d+\).*$/s, "") : String(error);
}

/** How many causes of causes are described: they may form a ring. */
const CAUSES = 5;

/** Describes something thrown: its name, message, causes and stack. */
export function describeError(error: unknown, causes = CAUSES): string {
  // Anything can be thrown, even a value that cannot be made a string.
  if (!(error instanceof Error)) return typeof error === "string" ? error : Deno.inspect(error);
  const cause = error.cause === undefined || causes === 0
    ? ""
    : `; because of ${describeError(error.cause, causes - 1)}`;
  return (error.stack ?? `${error.name}: ${error.message}`) + cause;
}
