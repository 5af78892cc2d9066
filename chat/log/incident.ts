/**
 * Something that goes wrong for a while: the operator is told once when it begins and once when it ends, however often it happens.
 *
 * @module
 */

import type { ReportTrouble } from "./message_log.ts";

export class Incident {
  readonly #report: ReportTrouble;
  readonly #begun: string;
  readonly #ended: string;
  #underWay = false;

  /** @param begun the sentence when it begins @param ended the sentence when it ends */
  constructor(report: ReportTrouble, begun: string, ended: string) {
    this.#report = report;
    this.#begun = begun;
    this.#ended = ended;
  }

  begin(cause: unknown): void {
    if (!this.#underWay) this.#report(this.#begun, cause);
    this.#underWay = true;
  }

  end(): void {
    if (this.#underWay) this.#report(this.#ended);
    this.#underWay = false;
  }
}
