/**
 * What a process has seen of the commits that Redis holds: its evidence, should Redis lose some.
 *
 * Every commit has a position, `number-token`, with a random token. A Redis that went back gives the numbers of what it
 * lost to whatever is committed next, but never the tokens. So each script is shown the latest positions that its process
 * has seen, and looks for them. One that is there proves that all before it are; one that is missing was lost, however
 * many commits have been made since, and by whom.
 *
 * An epoch is `generation.token`. Of two that meet in a process, the one of the later generation holds.
 *
 * @module
 */

/** What is shown to a script: an epoch, and positions seen under it. */
export interface Evidence {
  /** The latest epoch that was heard of; empty where there is none yet. */
  epoch: string;
  /** The latest position that a script answered with, or empty. */
  answered: string;
  /** The latest position that was heard of by pub/sub and not shown to a script yet, or empty. */
  heard: string;
  /** How many times the hearing was {@linkcode SeenHistory.interrupt}ed by then. */
  interruptions: number;
}
export class SeenHistory {
  #seen: Evidence = { epoch: "", answered: "", heard: "", interruptions: 0 };
  /** The interruptions that an answered script knew of. */
  #resumed = 0;

  /** What to show to a script that is about to be run. */
  get evidence(): Evidence {
    return { ...this.#seen };
  }

  /** Takes in where Redis was when it answered a script that had been shown this. @returns whether the epoch is another one */
  answer(shown: Evidence, epoch: string, position: string): boolean {
    const isOther = this.enter(epoch);
    const seen = this.#seen;
    // What was shown is part of the history that the answer stands for, or the epoch is another one.
    if (seen.heard === shown.heard) seen.heard = "";
    if (seen.epoch === epoch && numberOf(position) >= numberOf(seen.answered)) seen.answered = position;
    this.#resumed = Math.max(this.#resumed, shown.interruptions);
    return isOther;
  }

  /**
   * Takes in where Redis was when it published something. After an interruption that may be another history, and to believe
   * it would be to forget what was heard of the one before, so nothing is until a script was asked.
   *
   * @returns whether it is believed
   */
  hear(epoch: string, position: string): boolean {
    if (this.#resumed < this.#seen.interruptions || epoch !== this.#seen.epoch) return false;
    // One's own commits come by both ways.
    this.#seen.heard = position === this.#seen.answered ? "" : position;
    return true;
  }

  /** Notes that the listening connection was lost. */
  interrupt(): void {
    this.#seen.interruptions++;
  }

  /** Goes over to an epoch, unless that is an earlier one. @returns whether it was gone over to from another one */
  enter(epoch: string): boolean {
    const seen = this.#seen;
    if (epoch === seen.epoch || generationOf(epoch) < generationOf(seen.epoch)) return false;
    const isFirst = seen.epoch === "";
    // What was seen under the earlier epoch may be lost, and that is known.
    Object.assign(seen, { epoch, answered: "", heard: "" });
    return !isFirst;
  }
}

/** The number of the commit at a position; 0 where there is none yet. */
export function numberOf(position: string): number {
  return Number(position.split("-", 1)[0]);
}

/** Epochs of before there were generations come before all that have one. */
function generationOf(epoch: string): number {
  return Number(/^(\d+)\./.exec(epoch)?.[1] ?? 0);
}
