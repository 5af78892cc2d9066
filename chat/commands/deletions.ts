/** What every command sees to that deletes message after message in a room. @module */

import type { OnPart } from "../room/erase_person.ts";
import type { Caller, Chat } from "./handler.ts";

/** To be called after each part of a room: what was read there for many may have what is deleted, and everything else has its turn. */
export function forgetPagesAndTakeTurns({ rooms, turns }: Chat, caller: Caller): OnPart {
  return (room) => {
    rooms.get(room)?.catchUp.forgetPages();
    return turns.run(caller, () => Promise.resolve());
  };
}
