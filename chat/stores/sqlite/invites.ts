/** The invitations of rooms. What is used up by an event is in `append.ts`. @module */

import type { Invite, Invites } from "../../log/invites.ts";
import type { SqliteConnection } from "./connection.ts";
import type { Runs } from "./people.ts";
import { findRoom } from "./rooms.ts";

export function invitesIn(db: SqliteConnection, { read, write }: Runs): Invites {
  const idOf = (room: string) => findRoom(db, room).id;
  return {
    add: (room, { invite, role, uses, untilMs, by }, now) =>
      write("store an invitation", () =>
        db.transaction(() => {
          const id = idOf(room);
          db.statement("removeOldInvites").run(id, now);
          return Number(db.statement("addInvite").run(id, invite, role, uses, untilMs, by).changes) > 0;
        })),
    list: (room) =>
      read(
        "read invitations",
        () => db.statement("invites").all(idOf(room)).map((row) => ({ ...row }) as unknown as Invite),
      ),
    find: (room, invite) =>
      read("read invitations", () => {
        const row = db.statement("invite").get(idOf(room), invite);
        return row && { ...row } as unknown as Invite;
      }),
    remove: (room, invite) =>
      write("remove an invitation", () => void db.statement("removeInvite").run(idOf(room), invite)),
  };
}

/** Uses up one use of an invitation, within the transaction of the event. @returns whether there was one */
export function useInvite(db: SqliteConnection, room: number, invite: string, now: number): boolean {
  return Number(db.statement("useInvite").run(room, invite, now).changes) > 0;
}
