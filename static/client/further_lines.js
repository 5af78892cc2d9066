/** The lines that come down to a client for people only. @module */

import { isEvent, isListOf, isNumber, isObject, isString } from "./lines.js";

/** @import { Check, Checks, Further, Lines } from "./lines.js" */

/** @type {Check} */
const isListed = (value) => isObject(value) && isString(value.room) && isNumber(value.members) && isNumber(value.ts);

/** @type {{ [Type in Further]: Checks<Lines[Type]> }} */
export const FURTHER = {
  reactors: { ids: isListOf(isString) },
  rooms: { rooms: isListOf(isListed) },
  invited: { secret: isString, uses: isNumber, until: isNumber },
  invites: { invites: isListOf(isObject) },
  bot: { secret: isString },
  bots: { bots: isListOf(isObject) },
  reports: { count: isNumber, reports: isListOf(isObject) },
  audit: { changes: isListOf(isEvent) },
  may: { room: isString, may: isListOf(isString) },
  reported: { room: isString, count: isNumber },
  mine: { room: isString, members: isNumber, ts: isNumber },
};
