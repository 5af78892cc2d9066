/** Those of whom the page knows in the shown room: its members, and the authors of its messages. @module */

/** @import { PageState } from "./page_state.js" */
/** @typedef {{ id: string, name: string }} Person */

/**
 * Each under every name that is known: the present one first, then those under which messages are shown.
 *
 * @param {Pick<PageState, "room" | "timeline">} page
 * @param {string[]} [ids] of those that are wanted; all, if there are none
 * @returns {Person[]}
 */
export function knownPeople({ room: { members }, timeline: { items } }, ids) {
  /** @type {Map<string, Person>} */
  const people = new Map();
  const add = (/** @type {string} */ id, /** @type {string} */ name) => {
    if (ids?.includes(id) ?? true) people.set(`${id} ${name}`, { id, name });
  };
  for (const [id, name] of members) add(id, name);
  for (const { id, name, unknown } of items) if (!unknown) add(id, name);
  return [...people.values()];
}
