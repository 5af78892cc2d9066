/** Messages that stand together. @module */

import { GROUP_MS } from "../limits.js";

/** @import { Item } from "../client/room.js" */

/** Whether a message belongs to the group of one author that another one begins. @param {Item} first @param {Item} item */
export function isOfGroup(first, item) {
  return first.id === item.id && first.name === item.name && item.ts - first.ts < GROUP_MS;
}
