/** The number of events that go together, by their length. @module */

import { ENVELOPE_CHARACTERS, REACTION_CHARACTERS } from "../limits.ts";
import type { StoredEvent, StoredMessage } from "../event/event.ts";

/** What may be long in an event. */
type Sized = Partial<Pick<StoredMessage, "text" | "mentions" | "reactions">>;

/** The rough length of events as lines, in characters. */
export function charactersOf(events: StoredEvent[]): number {
  return events.reduce((sum, event) => sum + lengthOf(event), 0);
}

function lengthOf(event: StoredEvent): number {
  const { text = "", mentions, reactions } = event as Sized;
  let length = ENVELOPE_CHARACTERS + text.length;
  if (reactions !== undefined) length += reactions.length * REACTION_CHARACTERS;
  if (mentions !== undefined) { for (const id of mentions) length += id.length; }
  return length;
}

/**
 * As many of the first events as may go together.
 *
 * @param most how long they may be, as {@linkcode charactersOf} counts
 * @param already the length of what goes along. If it is 0, at least one event is returned, however long
 */
export function portion<Event extends StoredEvent>(events: Event[], most: number, already = 0): Event[] {
  let sum = already;
  const beyond = events.findIndex((event) => {
    const first = sum === 0;
    sum += lengthOf(event);
    return sum > most && !first;
  });
  return beyond === -1 ? events : events.slice(0, beyond);
}

/** As {@linkcode portion}, of the last events. */
export function newestPortion<Event extends StoredEvent>(events: Event[], most: number): Event[] {
  return portion(events.toReversed(), most).toReversed();
}
