/**
 * The connection to a SQLite file that is served, with its statements. A connection that had to be given up is replaced when it is needed.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { SQL } from "./statements.ts";

export class Connection {
  readonly #connect: () => DatabaseSync;
  readonly #statements = new Map<keyof typeof SQL, StatementSync>();
  #db: DatabaseSync | undefined;

  /** @param connect makes another one */
  constructor(db: DatabaseSync, connect: () => DatabaseSync) {
    this.#db = db;
    this.#connect = connect;
  }

  get db(): DatabaseSync {
    return this.#db ??= this.#connect();
  }

  statement(name: keyof typeof SQL): StatementSync {
    const { db } = this;
    let statement = this.#statements.get(name);
    if (statement === undefined) this.#statements.set(name, statement = db.prepare(SQL[name]));
    return statement;
  }

  transaction<T>(work: () => T): T {
    const { db } = this;
    try {
      db.exec("BEGIN IMMEDIATE");
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#undo(db);
      throw error;
    }
  }

  /** Gives it up: the next one lets other programs in again, if there is space for that. */
  close(): void {
    const db = this.#db;
    this.#statements.clear();
    this.#db = undefined;
    db?.close();
  }

  /** Rolls a failed transaction back. If even that fails the connection is closed, which does the same. */
  #undo(db: DatabaseSync): void {
    try {
      if (!db.isTransaction) return;
      db.exec("ROLLBACK");
      if (!db.isTransaction) return;
    } catch {
      // Below.
    }
    this.close();
  }
}
