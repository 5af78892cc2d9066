/** The rules of who may do what, each once, with the words of its refusal. A rule changes nothing. @module */

import type { ChatRequest } from "../dialect/dialect.ts";
import { CONNECTIONS_PER_ROOM, ROOMS_PER_CONNECTION } from "../limits.ts";
import { idOfKey, isKeyed, isProvable, isWeakKey } from "../wire/identity.ts";
import type { Ability, ErrorCode } from "../wire/lines.ts";
import { givenName, type Session } from "./session.ts";

/** Why something may not be done. */
export interface Denial {
  code: ErrorCode;
  /** For the developer who reads it. */
  message: string;
}

type Rule<R> = (session: Session, request: R) => Denial | undefined;

type Rules<T extends ChatRequest["type"]> = { [K in T]: Rule<Extract<ChatRequest, { type: K }>>[] };

/** What must hold for each event of a room, in this order. */
const EVENTS: Rules<Ability> = {
  publish: [saidHello, isInRoom],
  react: [saidHello, isInRoom],
  edit: [saidHello, isInRoom, isProven],
  delete: [saidHello, isInRoom, isProven],
};

/** The same for each request. */
const RULES: Rules<ChatRequest["type"]> = {
  ...EVENTS,
  hello: [saidNoHello],
  join: [saidHello, hasRoomLeft],
  enter: [saidHello],
  leave: [saidHello],
  history: [saidHello, isInRoom],
  reactors: [saidHello, isInRoom],
  rooms: [saidHello],
  typing: [saidHello, isInRoom],
  rename: [saidHello],
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

/** What a session may do in a room that it is in, by the same rules. */
export function abilities(session: Session, room: string): Ability[] {
  const types = Object.keys(EVENTS) as Ability[];
  return types.filter((type) => may(session, { type, room } as ChatRequest) === undefined);
}

/** Whether a client with this key may speak under an id. @returns why not; nothing, at once, for an id that needs no key */
export function maySpeakAs(id: string, key: string | undefined): Promise<Denial | undefined> | undefined {
  return isKeyed(id) ? ownsId(id, key) : undefined;
}

const WEAK_KEY = '"key" must have 128 random bits, as 32 hexadecimal digits have: make another one, and its id';

async function ownsId(id: string, key: string | undefined): Promise<Denial | undefined> {
  if (key !== undefined && await idOfKey(key) === id) {
    return isWeakKey(key) ? { code: "bad_key", message: WEAK_KEY } : undefined;
  }
  return { code: "bad_key", message: `The id ${id} belongs to a key: "key" must be that key` };
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

/** Anybody may take any other id: they would change what another client of that id has said. */
function isProven({ id }: Session): Denial | undefined {
  if (isKeyed(id)) return undefined;
  return { code: "needs_proof", message: `Anybody may use the id ${id}: only an id that belongs to a key may do that` };
}
