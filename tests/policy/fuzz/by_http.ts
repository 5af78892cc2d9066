/** The door without a socket: one request for each deed. @module */

import { type Actor, isNamedByToken, type Line } from "./door.ts";
import type { Deed } from "./expected.ts";

type Sends = [method: string, path: string, body?: object];

/** The deeds that can be done so, and how. */
const REQUESTS: Record<string, (deed: Deed) => Sends> = {
  publish: ({ room, text, reply }) => ["POST", room, { text, reply }],
  edit: ({ room, target, text, version }) => ["PATCH", `${room}/${target}`, { text, version }],
  delete: ({ room, target }) => ["DELETE", `${room}/${target}`],
  react: ({ room, target, emoji, on }) => [
    on ? "PUT" : "DELETE",
    `${room}/${target}/reactions/${encodeURIComponent(emoji!)}`,
  ],
  history: ({ room }) => ["GET", room],
};

export function goesByHttp({ type }: Deed): boolean {
  return type in REQUESTS;
}

/** Does it. @param token its own, if it has one @returns the answer as a line, and as it came */
export async function doByHttp(
  url: string,
  actor: Actor,
  deed: Deed,
  token: string | undefined,
): Promise<{ line: Line; raw: string }> {
  const { id, proof } = actor;
  const [method, path, body] = REQUESTS[deed.type]!(deed);
  const headers = new Headers(body && { "content-type": "application/json" });
  const bearer = proof && "key" in proof ? proof.key : token;
  if (bearer !== undefined) headers.set("authorization", `Bearer ${bearer}`);
  if (proof && "header" in proof) headers.set("remote-user", proof.header);
  const named = proof && "header" in proof ? "" : `?id=${encodeURIComponent(isNamedByToken(actor) ? "whoever" : id)}`;
  const response = await fetch(`${url}/v1/rooms/${path}${named}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
  });
  const raw = await response.text();
  return { line: { type: response.ok ? deed.type : "error", ...JSON.parse(raw) }, raw: `${response.status} ${raw}` };
}
