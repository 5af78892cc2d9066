/** A name for somebody who has none. @module */

/** @import { World } from "./client/world.js" */

const MANNERS = "Amber Brisk Calm Clever Copper Gentle Hazel Ivory Jolly Lucky Merry Quiet Silver Sunny Swift Velvet";
const BIRDS = "Crane Dove Finch Heron Ibis Jay Kestrel Lark Martin Owl Plover Robin Starling Swallow Tern Wren";

/** Two words that make a name for somebody who has none yet. @param {World} world */
export function inventName({ randomHex }) {
  const dice = parseInt(randomHex(1), 16);
  return `${MANNERS.split(" ")[dice >> 4]} ${BIRDS.split(" ")[dice & 15]}`;
}
