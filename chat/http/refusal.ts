/**
 * A request that is refused: what its sender is told of it.
 *
 * @module
 */

/** Thrown where a request is refused. Its message says what is allowed, for the client to read. */
export class Refusal extends Error {
  /** Takes an HTTP status, a sentence, and the headers that belong to such a status. */
  constructor(readonly status: number, message: string, readonly headers: Record<string, string> = {}) {
    super(message);
  }
}
