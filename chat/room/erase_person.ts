/**
 * Erases what somebody has left in all rooms: messages are deleted and reactions taken back, each by an event as if the person had done it, so
 * that everybody who has them learns of it; roles are given up; the name is replaced wherever it is stored. A ban or a mute stays, because
 * nobody may get rid of one so. The id stays, and so do places and times of what it wrote.
 *
 * @module
 */

import type { NewEvent } from "../event/event.ts";
import { DECIDE_TRIES } from "../limits.ts";
import { type Condition, type MessageLog, StoreUnavailableError } from "../log/message_log.ts";
import type { People } from "../log/people.ts";
import type { RoomPolicy } from "../policy/room_policy.ts";
import { givenName } from "../policy/session.ts";
import { storedPolicy, storedRooms } from "./stored_rooms.ts";
import { appendAll, tracesOf } from "./traces.ts";

/** What was erased. */
export interface Erased {
  messages: number;
  reactions: number;
  /** The rooms in which a role was given up. */
  roles: string[];
  /** Those of them that nobody owns now. */
  ownerless: string[];
}

/** Somebody owns a room alone in which others are at least members, and was not to leave it to nobody. */
export class OwnsAloneError extends Error {
  /** The error's name. */
  override name = "OwnsAloneError";
}

/** Called after each part of a room, before the next one. */
export type OnPart = (room: string) => void | Promise<void>;

/**
 * Erases somebody, and notes it so that a copy of the store which is restored later is erased as well. What was not done if the
 * process ends meanwhile is done by another erasure.
 *
 * @param mark one that was used for the last erasure of that id does nothing
 * @param keepsOwners stops before a room with other members would be owned by nobody
 * @throws {StoreUnavailableError} if it is not known to be done
 * @throws {OwnsAloneError} if it was stopped
 */
export async function erase(
  log: MessageLog,
  people: People,
  id: string,
  mark: string,
  onPart?: OnPart,
  keepsOwners = false,
): Promise<Erased> {
  if (await people.isErased(id, mark)) return { messages: 0, reactions: 0, roles: [], ownerless: [] };
  await people.begin(id, mark);
  return await eraseAgain(log, people, id, mark, onPart, keepsOwners);
}

/** The same for an erasure that is noted already. */
export async function eraseAgain(
  log: MessageLog,
  people: People,
  id: string,
  mark: string,
  onPart: OnPart = () => {},
  keepsOwners = false,
): Promise<Erased> {
  const erased: Erased = { messages: 0, reactions: 0, roles: [], ownerless: [] };
  for await (const { room } of storedRooms(people)) {
    await eraseIn(log, people, room, id, erased, onPart);
    await giveUpRole(log, room, id, erased, keepsOwners);
  }
  await people.end(id, mark);
  return erased;
}

/** Whether somebody is the only owner of a room in which others are at least members. */
export async function ownsAlone(log: MessageLog, people: People, id: string, onPart: OnPart): Promise<boolean> {
  for await (const { room } of storedRooms(people)) {
    if (isOwnedAlone(await storedPolicy(log, room), id)) return true;
    await onPart(room);
  }
  return false;
}

function isOwnedAlone({ owners, members }: RoomPolicy, id: string): boolean {
  return owners.length === 1 && owners[0] === id && members.length > 1;
}

async function eraseIn(log: MessageLog, people: People, room: string, id: string, erased: Erased, onPart: OnPart) {
  const name = givenName(id);
  for await (const { messages, reactions, after } of tracesOf(people, room, id)) {
    // First, so that whoever reads a message again because it was deleted reads no old name with it.
    await people.rename(room, id, after, name);
    const events = [
      ...messages.map(({ seq: target }): NewEvent => ({ kind: "delete", id, name, target })),
      ...reactions.map(({ target, emoji }): NewEvent => ({ kind: "react", id, name, target, emoji, on: false })),
    ];
    const { failed } = await appendAll(events, (event) => log.append(room, event));
    if (failed !== undefined) throw cannotErase(room, "denied" in failed ? failed.denied.code : failed.refused);
    erased.messages += messages.length;
    erased.reactions += reactions.length;
    await onPart(room);
  }
}

async function giveUpRole(
  log: MessageLog,
  room: string,
  id: string,
  erased: Erased,
  keepsOwners: boolean,
): Promise<void> {
  // What somebody is may change while it is given up.
  for (let tries = 0; tries < DECIDE_TRIES; tries++) {
    const policy = await storedPolicy(log, room);
    if (!policy.members.includes(id)) return;
    // The other owners may have left since it was asked for.
    if (keepsOwners && isOwnedAlone(policy, id)) throw new OwnsAloneError(`${room} would be owned by nobody`);
    const condition: Condition = { policy: policy.version };
    const event: NewEvent = { kind: "member", id, name: givenName(id), member: id, role: "guest" };
    const answer = await log.append(room, event, condition);
    if ("refused" in answer && answer.refused === "stale") continue;
    if ("refused" in answer) throw cannotErase(room, answer.refused);
    erased.roles.push(room);
    if (policy.owners.length === 1 && policy.owners[0] === id) erased.ownerless.push(room);
    return;
  }
  throw cannotErase(room, "stale");
}

function cannotErase(room: string, why: string): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot erase in the room ${room}: ${why}`);
}
