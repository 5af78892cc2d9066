/** The number of messages that go together, by their length. @module */

import { ENVELOPE_CHARACTERS } from "../limits.ts";
import type { StoredMessage } from "../log/message_log.ts";

/** The rough length of messages as lines, in characters. */
export function charactersOf(messages: StoredMessage[]): number {
  return messages.reduce((sum, message) => sum + lengthOf(message), 0);
}

function lengthOf({ text }: StoredMessage): number {
  return ENVELOPE_CHARACTERS + text.length;
}

/**
 * As many of the first messages as may go together.
 *
 * @param most how long they may be, as {@linkcode charactersOf} counts
 * @param already the length of what goes along. If it is 0, at least one message is returned, however long
 */
export function portion(messages: StoredMessage[], most: number, already = 0): StoredMessage[] {
  let sum = already;
  const beyond = messages.findIndex((message) => {
    const first = sum === 0;
    sum += lengthOf(message);
    return sum > most && !first;
  });
  return beyond === -1 ? messages : messages.slice(0, beyond);
}

/** As {@linkcode portion}, of the last messages. */
export function newestPortion(messages: StoredMessage[], most: number): StoredMessage[] {
  return portion(messages.toReversed(), most).toReversed();
}
