/**
 * How much a store may hold. At the bound it takes no new messages, and says so; no stored message is ever removed to
 * make room, because anybody who may write could then erase the others' messages.
 *
 * @module
 */

import type { NewEvent } from "../event/event.ts";
import type { ReportTrouble } from "../logging/logger.ts";

/** The operator is told from this part of the bound on. */
const NEARLY = 0.8;
/** Below this part it is over: so a store at the mark does not report it over and over. */
const ROOMY = 0.75;

/**
 * Whether an event is stored even if there is no space for more: it frees some, or it stops those who have filled the store.
 *
 * @param isNew whether nothing is stored in its room yet: else anybody could go on by making rooms
 */
export function isTakenWhenFull(event: NewEvent, isNew: boolean): boolean {
  if (event.kind === "delete") return true;
  if (isNew) return false;
  if (event.kind === "member") return event.role === "banned" || event.mute === true || event.kick === true;
  return event.kind === "settings";
}

export class Space {
  readonly #bytes: number;
  readonly #report: ReportTrouble;
  #told: "roomy" | "nearly" | "full" = "roomy";

  /**
   * @param bytes the bound; 0 is none
   * @param report called when the store is nearly full, full, and no longer so
   */
  constructor(bytes: number, report: ReportTrouble) {
    this.#bytes = bytes;
    this.#report = report;
  }

  /**
   * Notes how much is used.
   *
   * @param atMost no less than is used, in bytes
   * @param exactly measures it, at some cost: called only if it matters
   * @returns whether new messages may be stored
   */
  isLeft(atMost: number, exactly: () => number = () => atMost): boolean {
    if (this.#bytes === 0) return true;
    const part = (atMost < ROOMY * this.#bytes ? atMost : exactly()) / this.#bytes;
    const state = part >= 1 ? "full" : part >= NEARLY ? "nearly" : part < ROOMY ? "roomy" : this.#told;
    if (state !== this.#told) this.#tell(state, part);
    this.#told = state;
    return part < 1;
  }

  #tell(state: "roomy" | "nearly" | "full", part: number): void {
    const most = this.#bytes < 1e6 ? `${this.#bytes} bytes` : `${Math.floor(this.#bytes / 1e6)} MB`;
    const percent = Math.round(100 * part);
    if (state === "full") {
      this.#report(
        `The store is full: it has the ${most} that STORE_BYTES allows. New messages are refused, and what is stored stays: ` +
          "raise STORE_BYTES, or set KEEP_DAYS or KEEP_MESSAGES",
      );
    } else if (state === "nearly") {
      this.#report(
        `The store is ${percent} % full: STORE_BYTES allows ${most}, and then it takes no new messages`,
      );
    } else this.#report(`The store has room again: it is ${percent} % full`);
  }
}
