/**
 * What keeps the service from starting.
 *
 * @module
 */

/** Its message is all that the operator is told: one sentence that says what to do. */
export class StartError extends Error {
  /** Tells it from other errors. */
  override name = "StartError";
}

/** Why the system refused something, in a few words for the operator. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it is not there";
  if (error instanceof Deno.errors.PermissionDenied) return "this user may not";
  return error instanceof Error ? error.message.replace(/ \(os error \d+\).*$/s, "") : String(error);
}
