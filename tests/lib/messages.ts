/** Messages for tests, and what pages of them say. @module */

import type { NewMessage } from "../../chat/log/message_log.ts";

/** A message by `ada`. */
export function by(text: string, nonce?: string, id = "ada"): NewMessage {
  return nonce === undefined ? { id, name: "Ada", text } : { id, name: "Ada", text, nonce };
}

/** What a page or a batch says, in short. */
export function texts(messages: { text: string }[]): string {
  return messages.map(({ text }) => text).join(" ");
}
