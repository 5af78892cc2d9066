/** Keeps what the changes of a room say by now, for listing it and for trimming it: in the same transaction as each change. @module */

import { fold } from "../../base/fold.ts";
import type { RoomChange } from "../../event/event.ts";
import { hiding, placesIn } from "../places.ts";
import type { SqliteConnection } from "./connection.ts";
import type { RoomRow } from "./statements.ts";

/** Takes the next change of a room. */
export function noteChange(
  db: SqliteConnection,
  { id: room, messageCount }: RoomRow,
  change: RoomChange & { id: string },
): void {
  const set = change.kind === "settings" ? change.set : {};
  const { title = null, topic = null } = set;
  const [one, other] = change.kind === "settings" && change.between || [null, null];
  const { kept, bits } = hiding(set);
  db.statement("describeRoom").run(room, title, title && fold(title), topic, bits, one, other, kept);
  if (change.kind === "settings") db.statement("hideRoom").run(room);
  if (set.keepMessages !== undefined || set.keepDays !== undefined) {
    db.statement("keepInRoom").run(room, set.keepMessages ?? null, set.keepDays ?? null);
  }
  for (const { member, role, untilMs } of placesIn(change)) {
    if (role === "guest") db.statement("removePlace").run(member, room);
    else {
      const given = member === change.id ? 0 : 1;
      db.statement("setPlace").run(member, room, role, role === "banned" ? untilMs ?? null : null, given);
    }
  }
  if (messageCount === 0) db.statement("beginWaiting").run(room);
  if (set.erased) { for (const name of FORGOTTEN) db.statement(name).run(room); }
  db.statement("countMembers").run(room);
}

/** What goes with a room that is erased, besides its messages. */
const FORGOTTEN = ["removePlaces", "removeInvitesInto", "removeReportsIn"] as const;
