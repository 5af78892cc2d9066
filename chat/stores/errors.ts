/**
 * What a store says when something fails, in words for the operator.
 *
 * @module
 */

import { StoreOpenError, StoreUnavailableError } from "../log/message_log.ts";

/** Says which store cannot be opened, and why. What says so already is left as it is. */
export function cannotOpen(store: string, cause: unknown): StoreOpenError {
  if (cause instanceof StoreOpenError) return cause;
  return new StoreOpenError(`Cannot open the store ${store}: ${wordsOf(cause)}`, { cause });
}

/** @param what what it was asked to do */
export function cannot(what: string, store: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot ${what} in ${store}: ${wordsOf(cause)}`, { cause });
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
