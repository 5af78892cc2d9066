/**
 * How an event looks in the log: a line of JSON for programs, a short one for a person who started the server in a terminal.
 *
 * @module
 */

import { escapeUnseen } from "../base/escape.ts";

export interface LogEvent {
  time: Date;
  /** Its kind. */
  event: string;
  details: Record<string, unknown>;
}

/** One JSON object on one line, with any strings. */
export function jsonFormat({ time, event, details }: LogEvent): string {
  return escapeUnseen(JSON.stringify({ time: time.toISOString(), event, ...details }));
}

/** The fields for a person who started the server, in the order in which they are written. */
const SENTENCES: Record<string, (details: Record<string, unknown>) => unknown> = {
  started: ({ version, store, durability, flagsOnly }) =>
    `Switchboard ${version}, messages in ${store} (${durability})${
      flagsOnly ? `\nBy flag only, as --allow-env does not name them: ${flagsOnly}` : ""
    }`,
  listening: ({ url, message }) => `Open ${String(url).replace(/\/$/, "")}${message ? `\n${message}` : ""}`,
  connect: ({ id, dialect, address }) => `${id} came (${dialect}, ${address})`,
  disconnect: ({ id, code, reason }) => `${id} left (${code}${reason ? ` ${reason}` : ""})`,
  refused: ({ status, reason, path, address, message }) =>
    message ? `Refused: ${message}` : `${path || "A request"} refused to ${address}: ${status} ${reason}`,
  upgrade: ({ message }) => message,
  trouble: ({ message, error }) => `Trouble: ${[message, error].filter((part) => part).join("\n")}`,
};

/** The time, and a sentence. Only a stack has more lines. */
export function terminalFormat({ time, event, details }: LogEvent): string {
  const seen = { ...details };
  for (const name in seen) if (name !== "error") seen[name] = escapeUnseen(String(seen[name] ?? ""));
  const text = String(SENTENCES[event]?.(seen) ?? `${event} ${Object.values(seen).join(" ")}`.trim());
  const [first, ...more] = text.split("\n").map(escapeUnseen);
  return [`${time.toTimeString().slice(0, 8)} ${first}`, ...more.map((line) => `         ${line}`)].join("\n");
}
