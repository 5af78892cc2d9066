/** Appends that must be stored. @module */

import type { Appended, MessageLog, NewMessage } from "../../chat/log/message_log.ts";

/** Appends a message. @throws {Error} if it is refused */
export async function appendTo(log: MessageLog, room: string, message: NewMessage): Promise<Appended> {
  const result = await log.append(room, message);
  if ("refused" in result) throw new Error(`The log refused ${JSON.stringify(message.text)}: ${result.refused}`);
  return result;
}
