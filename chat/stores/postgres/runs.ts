import type { Attempt, PostgresConnection } from "./connection.ts";
import type { Sql } from "./link.ts";

/** Runs work on the store, as its own: with its errors. */
export interface Runs {
  read<T>(what: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** In a transaction, which is run again if others have kept it from ending. */
  write<T>(what: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** However long it takes, on a connection that is closed then. */
  alone<T>(what: string, work: (sql: Sql) => Promise<T>): Promise<T>;
}

export function runsOn(connection: PostgresConnection, attempt: Attempt): Runs {
  return {
    read: (what, work) => attempt(what, () => connection.use(work)),
    write: (what, work) => attempt(what, () => connection.transaction(work)),
    alone: (what, work) =>
      attempt(what, async () => {
        const link = connection.makeLink();
        try {
          await link.sql.script("SET statement_timeout = 0");
          return await work(link.sql);
        } finally {
          await link.end();
        }
      }),
  };
}
