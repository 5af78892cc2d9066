/** A name for somebody who has none. @module */

/** @import { World } from "./client/world.js" */

const MANNERS =
  "Amber Azure Bold Bright Brisk Calm Cheery Clever Copper Coral Cosy Daring Eager Early Fair Fleet Gentle Golden Happy Hazel Honest Humble Indigo Ivory " +
  "Jade Jolly Keen Kind Lively Lucky Maple Mellow Merry Noble Olive Opal Pearl Proud Quiet Rosy Ruby Silver Steady Sunny Swift Velvet Warm Witty";
const BIRDS =
  "Avocet Bunting Crane Curlew Dipper Dove Dunlin Egret Eider Falcon Finch Fulmar Gannet Grebe Harrier Heron Hoopoe Ibis Jay Kestrel Kite Lapwing Lark " +
  "Linnet Magpie Martin Merlin Oriole Osprey Owl Petrel Pigeon Pipit Plover Puffin Quail Robin Siskin Sparrow Starling Stork Swallow Swan Teal Tern " +
  "Warbler Wigeon Wren";

/** Two words that make a name for somebody who has none yet: there are so many that few in a room get the same. @param {Pick<World, "randomHex">} world */
export function inventName({ randomHex }) {
  const pick = (/** @type {string} */ words) => {
    const all = words.split(" ");
    return all[parseInt(randomHex(2), 16) % all.length];
  };
  return `${pick(MANNERS)} ${pick(BIRDS)}`;
}
