/** The form of every command's handler. @module */

import type { Request } from "../dialect/dialect.ts";
import { UNAVAILABLE_RETRY_MS } from "../limits.ts";
import { StoreUnavailableError } from "../log/message_log.ts";
import type { Denial } from "../policy/may.ts";
import type { Recipient } from "../room/membership.ts";
import type { RoomsParts } from "../room/parts.ts";
import type { Rooms } from "../room/rooms.ts";

/** All commands of a process work on these. */
export interface Chat extends RoomsParts {
  readonly rooms: Rooms;
}

/** The part of a connection that its commands need. */
export interface Caller extends Recipient {
  /** Answers with an error, which counts as a strike. */
  refuse(denial: Denial, ref?: string): void;
}

/** Carries out one type of command. @returns a promise if the connection's next command must wait for this one */
export type Handler<T extends Request["type"]> = (
  chat: Chat,
  caller: Caller,
  request: Extract<Request, { type: T }>,
) => void | Promise<void>;

export type Handlers<T extends Request["type"]> = { [K in T]: Handler<K> };

/** Answers that the store is out of reach, which is not the client's fault. Any other error is a bug, and is rethrown. */
export function answerUnavailable({ outbox }: Caller, ref: string | undefined, error: unknown): void {
  if (!(error instanceof StoreUnavailableError)) throw error;
  const message = "The store does not answer: send the same command again later";
  outbox.send({ type: "error", ref, code: "unavailable", message, retryAfterMs: UNAVAILABLE_RETRY_MS });
}
