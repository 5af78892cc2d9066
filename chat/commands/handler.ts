/** The form of every command's handler. @module */

import type { ChatRequest } from "../dialect/dialect.ts";
import { UNAVAILABLE_RETRY_MS } from "../limits.ts";
import { StoreUnavailableError } from "../log/message_log.ts";
import { type Admission, TokenKeysError } from "../policy/admission.ts";
import type { Quota } from "../policy/quota.ts";
import type { Denial } from "../policy/may.ts";
import type { Clients } from "../room/clients.ts";
import type { Recipient } from "../room/membership.ts";
import type { ProcessParts } from "../room/parts.ts";
import { type Rooms, TooManyRoomsError } from "../room/rooms.ts";

/** All commands of a process work on these. */
export interface Chat extends ProcessParts {
  readonly rooms: Rooms;
  readonly admission: Admission;
  readonly clients: Clients;
  /** The rates that connections share; undefined lets clients send at any rate. */
  readonly quota?: Quota;
}

/** The part of a connection that its commands need. */
export interface Caller extends Recipient {
  /** Answers with an error, which counts as a strike. */
  refuse(denial: Denial, ref?: string): void;
}

/** Carries out one type of command. @returns a promise if the connection's next command must wait for this one */
export type Handler<T extends ChatRequest["type"]> = (
  chat: Chat,
  caller: Caller,
  request: Extract<ChatRequest, { type: T }>,
) => void | Promise<void>;

export type Handlers<T extends ChatRequest["type"]> = { [K in T]: Handler<K> };

/** Answers that it cannot be done now, which is not the client's fault. An error without a reason for the client is a bug, and is rethrown. */
export function answerUnavailable({ outbox }: Caller, ref: string | undefined, error: unknown): void {
  const reason = reasonFor(error);
  if (reason === undefined) throw error;
  const message = `${reason}: send the same command again later`;
  outbox.send({ type: "error", ref, code: "unavailable", message, retryAfterMs: UNAVAILABLE_RETRY_MS });
}

/** Answers that this server's store lacks what the command needs. @param lack as in "This server's store keeps no bots" */
export function answerUnsupported(caller: Caller, ref: string, lack: string): void {
  caller.refuse({ code: "unsupported", message: `This server's store ${lack}` }, ref);
}

function reasonFor(error: unknown): string | undefined {
  if (error instanceof StoreUnavailableError) return "The store does not answer";
  if (error instanceof TokenKeysError) return error.message;
  return error instanceof TooManyRoomsError ? "The server has too many rooms open" : undefined;
}
