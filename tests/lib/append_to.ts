/** Appends that must be stored. @module */

import type { NewEvent } from "../../chat/event/event.ts";
import type { Appended, MessageLog } from "../../chat/log/message_log.ts";

/** Appends an event. @throws {Error} if it is refused */
export async function appendTo(log: MessageLog, room: string, event: NewEvent): Promise<Appended> {
  const result = await log.append(room, event);
  if ("refused" in result) throw new Error(`The log refused ${JSON.stringify(event)}: ${result.refused}`);
  const { event: _, ...appended } = result;
  return appended;
}
