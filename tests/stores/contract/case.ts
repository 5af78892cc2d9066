/** What a test of the contract is, and what several of them need. @module */

import type { MessageLog, Refused } from "../../../chat/log/message_log.ts";
import { appendTo } from "../../lib/append_to.ts";
import { by } from "../../lib/messages.ts";
import type { Tested } from "../place.ts";

/** What a kind of store must be capable of for a test to make sense. */
export type Need = "persistent" | "shared" | "days" | "lists";
export type Case = [
  name: string,
  run: (tested: Tested) => Promise<void>,
  needs?: Need | "days persistent" | "lists persistent",
];

export const NONCE_USED: Refused = { refused: "nonce_used" };

export function seqs(messages: { seq: number }[]): number[] {
  return messages.map(({ seq }) => seq);
}

export async function fill(log: MessageLog, room: string, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => appendTo(log, room, by(`m${index + 1}`, `n${index + 1}`))),
  );
}
