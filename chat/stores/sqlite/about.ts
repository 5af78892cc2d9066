/** Keeps what the changes of a room say by now, for listing it: in the same transaction as each change. @module */

import { fold } from "../../base/fold.ts";
import type { RoomChange } from "../../event/event.ts";
import type { SqliteConnection } from "./connection.ts";

/** Takes the next change of a room. */
export function noteChange(db: SqliteConnection, room: number, change: RoomChange): void {
  const { title = null, topic = null, visibility } = change.kind === "settings" ? change.set : {};
  const [one, other] = change.kind === "settings" && change.between || [null, null];
  const hidden = visibility === undefined ? null : Number(visibility !== "public");
  db.statement("describeRoom").run(room, title, title && fold(title), topic, hidden, one, other);
  if (hidden !== null) db.statement("hideRoom").run(room);
  for (const { member, role, untilMs } of placesIn(change)) {
    if (role === "guest") db.statement("removePlace").run(member, room);
    else db.statement("setPlace").run(member, room, role, role === "banned" ? untilMs ?? null : null);
  }
  db.statement("countMembers").run(room);
}

interface Placed {
  member: string;
  role: string;
  untilMs?: number;
}

function placesIn(change: RoomChange): Placed[] {
  if (change.kind === "settings") {
    const { owner, between } = change;
    const two = between?.map((member) => ({ member, role: "member" })) ?? [];
    return owner === undefined ? two : [{ member: owner, role: "owner" }];
  }
  const { role } = change;
  return role === undefined ? [] : [{ ...change, role }];
}
