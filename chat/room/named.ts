/** Which of several names of one id is shown: the same on every process that knows all of them. @module */

import { isProvable } from "../wire/identity.ts";

/** A name that an id is shown with on one process. */
export interface Named {
  readonly name: string;
  /** When it was taken; of an id that anybody may use, when the connection came that has it. By that process's clock, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** @param here what this process would show, if it has the id @param elsewhere what others would */
export function nameThatCounts(
  id: string,
  here: Named | undefined,
  elsewhere: Iterable<Named> = [],
): string | undefined {
  let best = here;
  for (const other of elsewhere) if (best === undefined || comesBefore(id, other, best)) best = other;
  return best?.name;
}

/** The newest of an id's user; or the oldest, where a newer one may be a stranger's. */
function comesBefore(id: string, one: Named, other: Named): boolean {
  if (one.atMs === other.atMs) return one.name < other.name;
  return isProvable(id) ? one.atMs > other.atMs : one.atMs < other.atMs;
}
