/**
 * What is done soon after something was erased: the rest of it is removed, the space of texts is used again, and the write-ahead log,
 * which has older copies of what was written over, is emptied.
 *
 * @module
 */

import { type Clock, Timer } from "../../base/clock.ts";
import { type Incident, incident } from "../../log/incident.ts";
import type { ReportTrouble } from "../../logging/logger.ts";
import { ERASE_AGAIN_MS, ERASE_MS } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";
import { tidy } from "./trim.ts";

export class Upkeep {
  readonly #db: SqliteConnection;
  readonly #timer: Timer;
  readonly #trouble: Incident;

  constructor(db: SqliteConnection, clock: Clock, report: ReportTrouble) {
    this.#db = db;
    this.#timer = new Timer(clock);
    this.#trouble = incident(
      report,
      "Erased texts are still in the file, and it is tried again",
      "Erased texts are gone from the file",
    );
    // The process before this one may have been killed first.
    if (db.isFile) this.#timer.set(ERASE_MS, () => this.#do());
  }

  /** Does it soon, if there is anything to do. */
  plan(): void {
    if (this.#db.hasErased) this.#timer.set(ERASE_MS, () => this.#do());
  }

  stop(): void {
    this.#timer.stop();
  }

  #do(): void {
    try {
      this.#db.hasErased = false;
      if (tidy(this.#db)) return this.#timer.set(0, () => this.#do());
      if (this.#db.isFile) this.#emptyLog();
      this.#trouble.end();
    } catch (error) {
      this.#trouble.begin(error);
      this.#timer.set(ERASE_AGAIN_MS, () => this.#do());
    }
  }

  #emptyLog(): void {
    this.#db.checkReadable();
    // What is in the log must not get into another file.
    this.#db.checkPresent();
    if (!this.#db.emptyLog()) {
      throw new Error("another program is reading the file, and keeps its write-ahead log from being emptied");
    }
  }
}
