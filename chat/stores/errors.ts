/** A store's errors, in words for the operator. @module */

import { StoreUnavailableError } from "../log/message_log.ts";
import { StoreOpenError } from "../log/store.ts";

/** Says which store cannot be opened, and why. What says so already is left as it is. */
export function cannotOpen(store: string, cause: unknown): StoreOpenError {
  if (cause instanceof StoreOpenError) return cause;
  return new StoreOpenError(`Cannot open the store ${store}: ${wordsOf(cause)}`, { cause });
}

export function cannot(what: string, store: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot ${what} in ${store}: ${wordsOf(cause)}`, { cause });
}

/** Why a store of a newer version is not opened, and what to do then. */
export function newerFormat(format: number, known: number): string {
  return `it was written by a newer version (format ${format}, known up to ${known}): start that version, or restore the backup from before the upgrade`;
}

/** What the operator is told of an upgrade once it is done. */
export function upgraded(store: string, from: number, to: number): string {
  return `The store ${store} was brought from format ${from} into format ${to}: earlier versions cannot open it any more`;
}

/** What the operator is told where another epoch begins in a store that was served before. */
export function otherEpoch(store: string): string {
  return `The store ${store} is not as it was when it was served last: a new epoch begins, and clients are told that messages may be gone`;
}

/** Deno's own errors about Deno KV are for programmers. */
const IN_OTHER_WORDS: [said: RegExp, words: string][] = [
  [/^unable to open database file/, "it is a folder, or its folder does not exist, or this user may not write there"],
  [
    /^Requires (read|write) access/,
    "Deno was not given leave to: start it with --allow-read and --allow-write for its folder",
  ],
  [/^Missing DENO_KV_ACCESS_TOKEN/, "set DENO_KV_ACCESS_TOKEN to an access token of Deno Deploy"],
];

function wordsOf(cause: unknown): string {
  const said = cause instanceof Error ? cause.message : String(cause);
  return IN_OTHER_WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? said;
}
