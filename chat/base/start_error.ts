/**
 * Errors that keep the service from starting.
 *
 * @module
 */

/** The operator sees only its message: one sentence that says what to do. */
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
