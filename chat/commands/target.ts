/** Whether a message is there for a command that names it without changing it. @module */

import { isMessage } from "../event/event.ts";
import { QUOTE_CHARACTERS } from "../limits.ts";
import { isOver } from "../log/epoch.ts";
import type { Refusal } from "../log/message_log.ts";
import type { Caller, Chat } from "./handler.ts";

/**
 * Why somebody cannot name a message in a command: it is not kept for the reader, or was deleted.
 *
 * @param epoch the life of the store in which it has that number; absent: the present one
 */
export async function missing(
  { log, rooms }: Chat,
  { session }: Caller,
  room: string,
  target: number,
  epoch?: string,
): Promise<Refusal | undefined> {
  const page = await log.read(room, { only: [target], limit: 1, beginning: QUOTE_CHARACTERS });
  if (isOver(epoch, page.epoch)) return "no_such_message";
  const message = page.events.find(isMessage);
  const isHidden = target <= (rooms.get(room)?.access.hiddenFrom(session) ?? 0);
  if (message === undefined || isHidden) return "no_such_message";
  return message.deleted ? "deleted" : undefined;
}
