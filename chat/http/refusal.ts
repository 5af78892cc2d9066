/**
 * A refused request, and what its sender is told.
 *
 * @module
 */

/** Thrown to refuse a request. Its message says what is allowed, for the client to read. */
export class Refusal extends Error {
  /** Takes an HTTP status, a sentence, and the headers that belong to such a status. */
  constructor(readonly status: number, message: string, readonly headers: Record<string, string> = {}) {
    super(message);
  }
}
