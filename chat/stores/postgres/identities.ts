/** What is kept of ids. @module */

import type { Identities, Standing } from "../../log/identities.ts";
import { escapeNul, unescapeNul } from "./nul_character.ts";
import type { Runs } from "./runs.ts";

export function identitiesIn({ read, write }: Runs): Identities {
  return {
    find: (id) =>
      read("look for an id", async (sql) => {
        const [row] = await sql<Row>`SELECT revoked, next, operator FROM identities WHERE id = ${escapeNul(id)}`;
        return row === undefined ? {} : standingOf(row);
      }),
    revoke: (id, next) =>
      write("call an id back", async (sql) => {
        await sql`INSERT INTO identities (id, revoked, next) VALUES (${escapeNul(id)}, true, ${
          next === undefined ? null : escapeNul(next)
        })
          ON CONFLICT (id) DO UPDATE SET revoked = true, next = excluded.next WHERE NOT identities.revoked`;
      }),
    offer: (claim) =>
      write("store a claim", async (sql) => void await sql`UPDATE meta SET claim = ${claim}, claimed_by = NULL`),
    claim: (claim, id) =>
      write("use a claim up", async (sql) => {
        const by = escapeNul(id);
        // Somebody who did not hear of it may ask again.
        const taken = await sql`UPDATE meta SET claimed_by = ${by}
          WHERE claim = ${claim} AND coalesce(claimed_by, ${by}) = ${by}`;
        if (taken.count === 0) return false;
        await sql`INSERT INTO identities (id, operator) VALUES (${by}, true)
          ON CONFLICT (id) DO UPDATE SET operator = true`;
        return true;
      }),
  };
}

interface Row {
  revoked: boolean;
  next: string | null;
  operator: boolean;
}

function standingOf({ revoked, next, operator }: Row): Standing {
  return { ...revoked && { revoked }, ...next !== null && { next: unescapeNul(next) }, ...operator && { operator } };
}
