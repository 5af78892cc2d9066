/** What is kept of ids. @module */

import type { Identities, Standing } from "../../log/identities.ts";
import type { Ledger } from "../files/ledger.ts";
import type { SqliteConnection } from "./connection.ts";
import type { Runs } from "./people.ts";

/** @param ledger of the store's file; undefined: it is in memory */
export function identitiesIn(db: SqliteConnection, ledger: Ledger | undefined, { read, write }: Runs): Identities {
  return {
    find: (id) => read("look for an id", () => find(db, id)),
    revoke: (id, next) =>
      write("call an id back", () => {
        if (find(db, id).revoked) return;
        // Before the store has it: a thief must not be let in by a backup because the process ended in between.
        ledger?.note({ revoked: id, next });
        db.statement("revoke").run(id, next ?? null);
      }),
    offer: (claim) => write("store a claim", () => void db.statement("offerClaim").run(claim)),
    claim: (claim, id) =>
      write("use a claim up", () =>
        db.transaction(() => {
          const isTaken = Number(db.statement("takeClaim").run(id, claim).changes) > 0;
          if (isTaken) db.statement("makeOperator").run(id);
          return isTaken;
        })),
  };
}

function find(db: SqliteConnection, id: string): Standing {
  const row = db.statement("identity").get(id) as { revoked: number; next: string | null; operator: number };
  return {
    ...row?.revoked ? { revoked: true } : {},
    ...row?.next ? { next: row.next } : {},
    ...row?.operator ? { operator: true } : {},
  };
}
