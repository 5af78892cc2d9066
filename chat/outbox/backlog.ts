/** The bytes that wait in all outboxes of a process together. @module */

import { BACKLOG_BYTES } from "../limits.ts";

export class Backlog {
  /** Bytes that wait, as last measured: there may be fewer by now. */
  bytes = 0;

  /** Whether it is so much that only members that read are sent more. */
  get exceeded(): boolean {
    return this.bytes > BACKLOG_BYTES;
  }
}
