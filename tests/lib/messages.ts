/** Messages for tests, and what pages of them say. @module */

import type { RoomState } from "../../chat/log/message_log.ts";
import type { NewMessage, StoredEvent } from "../../chat/event/event.ts";

/** A message by `ada`. */
export function by(text: string, nonce?: string, id = "ada"): NewMessage {
  return nonce === undefined ? { id, name: "Ada", text } : { id, name: "Ada", text, nonce };
}

/** The texts of events; of those that have none, the kind. */
export function textsOf(events: StoredEvent[]): string[] {
  return events.map((event) => "text" in event ? event.text : event.kind);
}

/** What a page or a batch says, in short. */
export function texts(events: StoredEvent[]): string {
  return textsOf(events).join(" ");
}

/** The state of a room of which nothing was ever removed, and that has messages only. */
export function stateAt(epoch: string, head: number): RoomState {
  return { epoch, first: 1, head, floor: 0, messageCount: head };
}
