/**
 * What is done soon after something was erased: the write-ahead log, which has older copies of what was written over, is emptied, and in small
 * steps the reactions to messages that are gone are removed, and the space of texts is made use of again.
 *
 * @module
 */

import { type Clock, Timer } from "../../base/clock.ts";
import { type Incident, incident } from "../../log/incident.ts";
import type { ReportTrouble } from "../../logging/logger.ts";
import { ERASE_AGAIN_MS, ERASE_MS, TIDY_MS } from "./bounds.ts";
import type { SqliteConnection } from "./connection.ts";
import { tidy } from "./trim.ts";

export class Upkeep {
  readonly #db: SqliteConnection;
  readonly #emptying: Timer;
  readonly #tidying: Timer;
  readonly #trouble: Incident;

  constructor(db: SqliteConnection, clock: Clock, report: ReportTrouble) {
    this.#db = db;
    this.#emptying = new Timer(clock);
    this.#tidying = new Timer(clock);
    this.#trouble = incident(
      report,
      "Erased texts are still in the file, and it is tried again",
      "Erased texts are gone from the file",
    );
    // The process before this one may have been killed first.
    db.hasErased = db.isFile;
    this.plan();
  }

  /** Does it soon, if there is anything to do. */
  plan(): void {
    if (!this.#db.hasErased) return;
    this.#db.hasErased = false;
    if (this.#db.isFile) this.#emptying.set(ERASE_MS, () => this.#emptyLog());
    this.#tidying.set(ERASE_MS, () => this.#tidy());
  }

  stop(): void {
    this.#emptying.stop();
    this.#tidying.stop();
  }

  #emptyLog(): void {
    try {
      this.#db.checkReadable();
      // What is in the log must not get into another file.
      this.#db.checkPresent();
      if (!this.#db.emptyLog()) {
        throw new Error("another program is reading the file, and keeps its write-ahead log from being emptied");
      }
      this.#trouble.end();
    } catch (error) {
      this.#trouble.begin(error);
      this.#emptying.set(ERASE_AGAIN_MS, () => this.#emptyLog());
    }
  }

  /** Does one step, and later the next. */
  #tidy(): void {
    let againMs = TIDY_MS;
    try {
      if (!tidy(this.#db)) return;
    } catch {
      // The file is locked, or in trouble of which a commit tells.
      againMs = ERASE_AGAIN_MS;
    }
    this.#tidying.set(againMs, () => this.#tidy());
  }
}
