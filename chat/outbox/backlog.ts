/**
 * The bytes that wait in all outboxes of a process together.
 *
 * @module
 */

import { BACKLOG_BYTES } from "../limits.ts";

export class Backlog {
  /** Bytes that wait, as far as is known: each outbox looks when it is asked to, so there may be fewer. */
  bytes = 0;

  /** Whether it is so much that only those who read are given more. */
  get exceeded(): boolean {
    return this.bytes > BACKLOG_BYTES;
  }
}
