/** What goes wrong, as JSON: `{code, message, retryAfterMs?, until?}`, with the codes of the protocol. @module */

import { Refused } from "../../socket/visitor.ts";
import { BadCommandError } from "../../wire/decode.ts";
import type { ErrorCode } from "../../wire/lines.ts";
import { HttpRefusal } from "../options.ts";
import { json } from "./json.ts";

/** The status of each error that a command can have. A code that an HTTP client cannot cause is a bug here. */
export const STATUSES: { [Code in ErrorCode | "internal"]?: number } = {
  bad_json: 400,
  bad_command: 400,
  bad_key: 401,
  bad_token: 401,
  expired: 401,
  revoked: 401,
  needs_proof: 401,
  banned: 403,
  muted: 403,
  archived: 403,
  locked: 403,
  members_only: 403,
  too_new: 403,
  too_late: 403,
  not_allowed: 403,
  // As if there were no such room.
  no_access: 404,
  no_such_message: 404,
  conflict: 409,
  name_taken: 409,
  nonce_used: 409,
  too_many_emoji: 409,
  deleted: 410,
  rate_limited: 429,
  slow_mode: 429,
  internal: 500,
  unsupported: 501,
  room_full: 503,
  store_full: 503,
  unavailable: 503,
};

/** The code of a refusal that no command has had. */
export const CODES: Record<number, string> = {
  400: "bad_command",
  401: "needs_proof",
  403: "bad_origin",
  404: "no_such_path",
  405: "bad_method",
  408: "too_slow",
  413: "too_big",
  415: "bad_type",
  503: "unavailable",
};

/** The refusal that an error stands for. @returns undefined if it is a bug */
export function refusalOf(error: unknown): HttpRefusal | undefined {
  if (error instanceof HttpRefusal) return error;
  if (error instanceof BadCommandError) return new HttpRefusal(400, error.message, {}, { code: error.code });
  if (!(error instanceof Refused)) return undefined;
  const { code, message, retryAfterMs, until } = error.failure;
  const status = STATUSES[code];
  if (status === undefined) return undefined;
  return new HttpRefusal(status, message, {}, { code, retryAfterMs, until });
}

export function answerError({ status, message, headers, fields }: HttpRefusal): Response {
  const { code = CODES[status] ?? "bad_request", retryAfterMs, until } = fields;
  const how: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return json(status, { code, message, retryAfterMs, until }, { ...headers, ...how });
}
