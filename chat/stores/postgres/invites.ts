/** The invitations of rooms. What is used up by an event is so in its commit. @module */

import type { Invite, Invites } from "../../log/invites.ts";
import { INVITES_PER_ROOM } from "../bounds.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";
import { lockRoom } from "./rooms.ts";
import type { Runs } from "./runs.ts";

export function invitesIn({ read, write }: Runs): Invites {
  return {
    add: (room, { invite, role, uses, untilMs, by }, now) =>
      write("store an invitation", async (sql) => {
        const id = await lockRoom(sql, room);
        // One that is used up stays until then: whoever sends again what let him in by it is to be answered alike.
        await sql`DELETE FROM invites WHERE room = ${id} AND until_ms <= ${now}`;
        const added = await sql`INSERT INTO invites (room, invite, role, uses, until_ms, by_id)
          SELECT ${id}, ${invite}, ${role}, ${uses}, ${untilMs}, ${escapeNul(by)}
          WHERE (SELECT count(*) FROM invites WHERE room = ${id}) < ${INVITES_PER_ROOM}`;
        return added.count > 0;
      }),
    list: (room) =>
      read("read invitations", async (sql) => {
        const found = await sql<Invite>`SELECT invite, role, uses, until_ms AS "untilMs", by_id AS "by" FROM invites
          WHERE room = (SELECT id FROM rooms WHERE name = ${room}) ORDER BY until_ms, invite`;
        return found.map(inviteOf);
      }),
    find: (room, invite) =>
      read("read invitations", async (sql) => {
        const [found] = await sql<Invite>`SELECT invite, role, uses, until_ms AS "untilMs", by_id AS "by" FROM invites
          WHERE room = (SELECT id FROM rooms WHERE name = ${room}) AND invite = ${invite}`;
        return found && inviteOf(found);
      }),
    remove: (room, invite) =>
      write("remove an invitation", async (sql) => {
        await sql`DELETE FROM invites WHERE room = (SELECT id FROM rooms WHERE name = ${room}) AND invite = ${invite}`;
      }),
  };
}

function inviteOf(row: Invite): Invite {
  return { ...row, by: unescapeNul(row.by) };
}
