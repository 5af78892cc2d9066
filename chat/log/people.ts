/** What a store says of one person in all rooms, and how that is erased. @module */

import type { StoredMessage } from "../event/event.ts";
import type { ListedRoom } from "./directory.ts";

/** Any room of a store, listed or not. */
export interface RoomSummary extends ListedRoom {
  /** How many messages it has had. */
  messages: number;
}

/** What somebody has left in a part of a room. */
export interface Traces {
  /** Messages that are not deleted, by rising `seq`, in their current state. */
  messages: StoredMessage[];
  /** Reactions that stand. */
  reactions: { target: number; emoji: string }[];
  /** Where the next part begins; absent if this was the last one. */
  next?: number;
}

/** What it takes to find and to erase what one person has left. A store that has it is searched from end to end, in small parts. */
export interface People {
  /** Lists rooms by name. @param after only those behind it; "" for all */
  allRooms(after: string, limit: number): Promise<RoomSummary[]>;
  /** Reads what somebody has left in a part of a room. @param after where the part begins; 0 at first */
  tracesIn(room: string, id: string, after: number): Promise<Traces>;
  /** Puts another name to everything that somebody has stored in that part of a room, and that is kept; with the first part, its invitations and its reports go. */
  rename(room: string, id: string, after: number, name: string): Promise<void>;
  /** Whether everything of somebody was erased under this mark, and not under another one since. */
  isErased(id: string, mark: string): Promise<boolean>;
  /**
   * Notes that somebody is to be erased, apart from the store: so that a copy which is put in its place is erased, too. Stores that end with
   * their process have no such note.
   */
  begin(id: string, mark: string): Promise<void>;
  /** Notes in the store that it was done. */
  end(id: string, mark: string): Promise<void>;
  /** Writes everything anew that has names, so that none is left of those that were replaced. Nobody is served meanwhile. */
  rewrite(): Promise<void>;
}
