/**
 * What somebody has left in a room, part by part; and the events by which it goes, a few at once. An erasure and a purge are made of it. If one ends
 * early, what was done stays done, and doing it again does the rest.
 *
 * @module
 */

import type { NewEvent } from "../event/event.ts";
import type { Appended, Refusal, Refused } from "../log/message_log.ts";
import type { People, Traces } from "../log/people.ts";
import type { Denied } from "../policy/permit.ts";

/** Events that are handed to the log at once: few, so that the others' messages do not wait behind them. */
const EVENTS_AT_ONCE = 50;
/** What another one has done before: there is nothing left to do. */
const DONE: ReadonlySet<Refusal> = new Set(["deleted", "no_such_message"]);

/** What somebody has left in a room behind a number, by rising number. @property after where the part begins */
export async function* tracesOf(
  people: People,
  room: string,
  id: string,
  after = 0,
): AsyncGenerator<Traces & { after: number }> {
  for (let next: number | undefined = after; next !== undefined;) {
    const begin: number = next;
    const traces = await people.tracesIn(room, id, begin);
    yield { ...traces, after: begin };
    next = traces.next;
  }
}

/**
 * Appends events, none of which has anything to do if it was done before, until one is refused or denied.
 *
 * @returns how many there were something to do for
 */
export async function appendAll(
  events: NewEvent[],
  append: (event: NewEvent) => Promise<Appended | Refused | Denied>,
): Promise<{ count: number; failed?: Refused | Denied }> {
  let count = 0;
  for (let done = 0; done < events.length; done += EVENTS_AT_ONCE) {
    const answers = await Promise.all(events.slice(done, done + EVENTS_AT_ONCE).map((event) => append(event)));
    count += answers.filter((answer) => "seq" in answer && !answer.unchanged).length;
    const failed = answers.find((answer) => "denied" in answer || "refused" in answer && !DONE.has(answer.refused));
    if (failed !== undefined && !("seq" in failed)) return { count, failed };
  }
  return { count };
}
