/**
 * What a connection may ask for, by what it has said, where it is, and what its id and its token are worth; with the words of each refusal. What a room
 * lets somebody do is in `permit.ts`. A rule changes nothing.
 *
 * @module
 */

import type { ChatRequest } from "../dialect/dialect.ts";
import { CONNECTIONS_PER_ROOM, ROOMS_PER_CONNECTION } from "../limits.ts";
import { isProvable } from "../wire/identity.ts";
import type { Ability, ErrorCode } from "../wire/lines.ts";
import { type Grant, isGranted } from "./grants.ts";
import type { Action, Actor } from "./permit.ts";
import { givenName, type Session } from "./session.ts";

/** A room that may not be read must look like one that is not there, whatever keeps somebody out: the words are the same, and name none. */
export const NO_ACCESS = "There is no such room, or it is not open to this id";

/** Why something may not be done. */
export interface Denial {
  code: ErrorCode;
  /** For the developer who reads it. */
  message: string;
}

type Rule<R> = (session: Session, request: R) => Denial | undefined;

type Rules<T extends ChatRequest["type"]> = { [K in T]: Rule<Extract<ChatRequest, { type: K }>>[] };

/** What must hold for each event of a room, in this order. */
const EVENTS: Rules<EventAbility> = {
  publish: [saidHello, isInRoom, isWriter],
  react: [saidHello, isInRoom, isWriter],
  edit: [saidHello, isInRoom, isWriter, isProven],
  delete: [saidHello, isInRoom, isWriter, isProven],
};

type EventAbility = Exclude<Ability, "moderate" | "settings">;

/** The same for each request. */
const RULES: Rules<ChatRequest["type"]> = {
  ...EVENTS,
  create: [saidHello, isProven, seesAll],
  settings: [saidHello, isInRoom, isModerator],
  member: [saidHello, isInRoom, isModerator],
  pin: [saidHello, isInRoom, isModerator],
  audit: [saidHello, isInRoom, isModerator],
  destroy: [saidHello, isInRoom, isModerator],
  invite: [saidHello, isInRoom, isModerator],
  invites: [saidHello, isInRoom, isModerator],
  uninvite: [saidHello, isInRoom, isModerator],
  redeem: [saidHello, isProven, isReader, isWriter],
  hello: [saidNoHello],
  token: [saidHello],
  join: [saidHello, isReader, hasRoomLeft],
  enter: [saidHello],
  visit: [saidHello, isReader],
  follow: [saidHello, isReader],
  leave: [saidHello],
  history: [saidHello, isInRoom],
  reactors: [saidHello, isInRoom],
  rooms: [saidHello, seesAll],
  dm: [saidHello, isProven, seesAll],
  erase: [saidHello, isProven, seesAll],
  revoke: [saidHello, isProven, seesAll],
  claim: [saidHello, isProven, seesAll],
  bot: [saidHello, isOperator],
  bots: [saidHello, isOperator],
  unbot: [saidHello, isOperator],
  report: [saidHello, isInRoom, isWriter, isProven],
  reports: [saidHello, isInRoom, isModerator],
  resolve: [saidHello, isInRoom, isModerator],
  purge: [saidHello, isInRoom, isModerator],
  typing: [saidHello, isInRoom, isWriter],
  rename: [saidHello, namesItself],
  ping: [saidHello],
};

/** Whether a session may ask for something. @returns why not */
export function may(session: Session, request: ChatRequest): Denial | undefined {
  for (const rule of RULES[request.type] as Rule<ChatRequest>[]) {
    const denial = rule(session, request);
    if (denial !== undefined) return denial;
  }
  return undefined;
}

/** What the room itself says of an action. */
interface RoomRules {
  permit(actor: Actor, action: Action): unknown;
}

/** What a session may do in a room that it is in, by the same rules. */
export function abilities(session: Session, room: string, access: RoomRules): Ability[] {
  const isOpen = (action: Action) => access.permit(session, action) === undefined;
  const types = Object.keys(EVENTS) as EventAbility[];
  const mays: Ability[] = types.filter((type) =>
    may(session, { type, room } as ChatRequest) === undefined && isOpen(type)
  );
  if (!isGranted(session.grants, room, "moderate")) return mays;
  if (isOpen("delete-any")) mays.push("moderate");
  if (isOpen("settings")) mays.push("settings");
  return mays;
}

/** What the rules need to know of an open room. */
export interface RoomFacts {
  readonly name: string;
  readonly full: boolean;
  readonly presence: { hasProven(name: string): boolean };
}

/** Whether a session may enter an open room. @returns why not */
export function mayEnter(session: Session, room: RoomFacts): Denial | undefined {
  if (session.rooms.has(room.name)) return undefined;
  if (!room.full) return mayBeCalled(session, session.name, room);
  return { code: "room_full", message: `A room must not have more than ${CONNECTIONS_PER_ROOM} connections` };
}

/** Whether a session may look into an open room: it takes up no place there. @returns why not */
export function mayVisit(session: Session, room: RoomFacts): Denial | undefined {
  return mayBeCalled(session, session.name, room);
}

/** Whether a session may have a name in an open room. Nobody is refused for a name that they did not choose. @returns why not */
export function mayBeCalled({ id }: Session, name: string, room: RoomFacts): Denial | undefined {
  if (isProvable(id) || name === givenName(id) || !room.presence.hasProven(name)) return undefined;
  const message = `In the room ${room.name} somebody whose id is proven has that name: take another one`;
  return { code: "name_taken", message };
}

function saidHello({ greeted }: Session): Denial | undefined {
  return greeted ? undefined : { code: "hello_first", message: 'The first command must be "hello"' };
}

function saidNoHello({ greeted }: Session): Denial | undefined {
  return greeted ? { code: "already_hello", message: '"hello" was said already' } : undefined;
}

function hasRoomLeft({ rooms }: Session, { room }: { room: string }): Denial | undefined {
  if (rooms.has(room) || rooms.size < ROOMS_PER_CONNECTION) return undefined;
  return { code: "too_many_rooms", message: `A connection must not be in more than ${ROOMS_PER_CONNECTION} rooms` };
}

function isInRoom({ rooms }: Session, { room }: { room: string }): Denial | undefined {
  return rooms.has(room) ? undefined : { code: "not_joined", message: `The room ${room} must be joined first` };
}

function isReader({ grants }: Session, { room }: { room: string }): Denial | undefined {
  return isGranted(grants, room, "read") ? undefined : { code: "no_access", message: NO_ACCESS };
}

function isWriter(session: Session, { room }: { room: string }): Denial | undefined {
  return isAllowed(session, room, "write");
}

/** A token for less is for less, also if its owner is more in the room. */
function isModerator(session: Session, { room }: { room: string }): Denial | undefined {
  return isAllowed(session, room, "moderate");
}

function isAllowed({ grants }: Session, room: string, level: Grant["may"]): Denial | undefined {
  if (isGranted(grants, room, level)) return undefined;
  return { code: "not_allowed", message: `The token does not allow that in ${room}` };
}

function seesAll({ grants }: Session): Denial | undefined {
  return grants === undefined ? undefined : { code: "not_allowed", message: "The token names its rooms" };
}

/** A token for some rooms only makes none that is for others. */
function isOperator(session: Session): Denial | undefined {
  if (!session.operator) return { code: "not_allowed", message: "Only the operators of this server make bots" };
  return seesAll(session);
}

function namesItself({ named }: Session): Denial | undefined {
  return named ? { code: "not_allowed", message: "The name comes with the token" } : undefined;
}

/** Anybody may take any other id: they would change what another client of that id has said. */
function isProven({ id }: Session): Denial | undefined {
  if (isProvable(id)) return undefined;
  return { code: "needs_proof", message: `Anybody may use the id ${id}: only an id that is proven may do that` };
}
