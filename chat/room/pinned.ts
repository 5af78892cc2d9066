/** The message that the moderators of a room have put before everybody, for those who come in. @module */

import type { RoomPolicy } from "../policy/room_policy.ts";
import type { Recipient } from "./membership.ts";
import type { Readable } from "./newcomer.ts";
import { quotesOf } from "./pages.ts";
import type { Start } from "./start.ts";

/** Adds to where a reader begins the message that is pinned, if it is kept for that reader and was not deleted. */
export async function withPinned(
  log: Readable,
  room: string,
  start: Start,
  { settings: { pinned } }: RoomPolicy,
  { outbox }: Recipient,
): Promise<Start & { pinned?: number }> {
  if (!pinned || !outbox.dialect.knowsChanges) return start;
  const found = await quotesOf(log, room, start.epoch, [pinned]);
  const quote = found?.refs[0];
  if (quote === undefined || quote.deleted) return start;
  const { messages, refs = [] } = start;
  const isThere = [...messages, ...refs].some(({ seq }) => seq === pinned);
  return { ...start, policy: found!.policy, pinned, refs: isThere ? start.refs : [...refs, quote] };
}
