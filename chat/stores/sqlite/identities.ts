/** What is kept of ids. @module */

import type { Identities } from "../../log/identities.ts";
import type { SqliteConnection } from "./connection.ts";
import type { Runs } from "./people.ts";

export function identitiesIn(db: SqliteConnection, { read, write }: Runs): Identities {
  return {
    find: (id) =>
      read("look for an id", () => {
        const row = db.statement("identity").get(id) as { revoked: number; next: string | null; operator: number };
        return {
          ...row?.revoked ? { revoked: true } : {},
          ...row?.next ? { next: row.next } : {},
          ...row?.operator ? { operator: true } : {},
        };
      }),
    revoke: (id, next) => write("call an id back", () => void db.statement("revoke").run(id, next ?? null)),
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
