/** In which life of the store a number means a message. @module */

/** Whether that life is not the present one. @param epoch as an author names it; absent: whichever it is */
export function isOver(epoch: string | undefined, present: string): boolean {
  return epoch !== undefined && epoch !== present;
}
