/** Whether what somebody was told is so: each gives what is wrong. @module */

import type { Actor, Door, Line } from "./door.ts";
import { isLess } from "../model.ts";
import type { Expected } from "./expected.ts";

/** What this knows of all that one may be told that one may do. */
const ABILITIES = ["publish", "react", "edit", "delete", "moderate", "settings"];

/** Messages as somebody reads them. @param most as many as come at once */
export function misread(
  { actor }: Door,
  expected: Expected,
  room: string,
  { messages = [] }: Line,
  most: number,
): string | undefined {
  // Others are shown words in the place of what they do not know.
  if (actor.speech !== "changes") return undefined;
  const got = messages.map(({ seq, id, text, deleted = false }) => `${seq} ${id} ${text} ${deleted}`);
  const { messages: kept, model } = expected.room(room);
  const all = [...kept].filter(([seq]) => seq >= model.firstFor(actor)).slice(-most);
  const wanted = all.map(([seq, { author, text, deleted }]) => `${seq} ${author} ${text} ${deleted}`);
  return got.join() === wanted.join() ? undefined : `${actor.name} reads ${got} in ${room}; expected ${wanted}`;
}

/** Rooms in a list. @param mine whether only those were asked for in which one has a place */
export function mislisted(actor: Actor, expected: Expected, { rooms = [] }: Line, mine = false): string | undefined {
  const own = [...expected.rooms.keys()].filter((room) => !isLess(expected.room(room).model.given(actor.id), "member"));
  // Of a room of two one learns by its first message.
  const wanted = own.filter((room) => !room.startsWith("d-") || expected.room(room).messages.size > 0);
  const lacks = wanted.find((room) => mine && !rooms.some((one) => one.room === room));
  if (lacks !== undefined) return `${actor.name} is not shown ${lacks}`;
  const wrong = rooms.find(({ room }) => {
    const { visibility, archived } = expected.room(room).model.settings;
    const isOthers = (visibility !== "public" || archived) && !own.includes(room);
    return isOthers || mine && !own.includes(room) || expected.enter(actor, room) === "no_access";
  });
  return wrong && `${actor.name} is shown ${wrong.room}`;
}

/** Rooms of which somebody was told that they are its own, or that something was reported there. */
export function misgiven({ actor, mine, reported }: Door, expected: Expected): string | undefined {
  const others = mine.splice(0).find((room) => isLess(expected.room(room).model.given(actor.id), "member"));
  if (others !== undefined) return `${actor.name} is told that ${others} is its own`;
  const secret = reported.splice(0).find((room) => isLess(expected.room(room).model.roleOf(actor), "moderator"));
  return secret && `${actor.name} is told of reports in ${secret}`;
}

/** What somebody may do where it is. */
export function misled({ actor, may, untold }: Door, expected: Expected): string | undefined {
  for (const [room, told] of may) {
    if (untold.has(room)) continue;
    const has = expected.room(room).abilities(actor, room);
    const known = told.filter((ability) => ABILITIES.includes(ability));
    if (has.join() !== known.join()) return `${actor.name} may ${has} in ${room}, and was told ${told}`;
  }
  return undefined;
}
