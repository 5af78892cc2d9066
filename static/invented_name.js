/** A name for somebody who has none. @module */

/** @import { World } from "./client/world.js" */

const MANNERS = "Amber Bold Bright Brisk Calm Clever Copper Coral Cosy Fair Gentle Golden Happy Hazel Honest Ivory " +
  "Jade Jolly Keen Kind Lively Lucky Maple Mellow Merry Olive Opal Pearl Proud Quiet Rosy Ruby Silver Sunny Swift Velvet Warm Witty";
const BIRDS =
  "Crane Curlew Dipper Dove Egret Eider Falcon Finch Gannet Grebe Harrier Heron Ibis Jay Kestrel Kite Lark " +
  "Linnet Magpie Martin Merlin Osprey Owl Petrel Pigeon Pipit Plover Puffin Quail Robin Sparrow Starling Stork Swallow Swan " +
  "Teal Tern Wren";

/** Two words that make a name for somebody who has none yet: there are so many that few in a room get the same. @param {Pick<World, "randomHex">} world */
export function inventName({ randomHex }) {
  const pick = (/** @type {string} */ words) => {
    const all = words.split(" ");
    return all[parseInt(randomHex(2), 16) % all.length];
  };
  return `${pick(MANNERS)} ${pick(BIRDS)}`;
}
