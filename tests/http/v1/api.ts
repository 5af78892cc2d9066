/** Requests at `/v1/` as a program sends them. @module */

import type { TestServer } from "../../lib/server.ts";

/** What was answered; an error's code and message among the fields, if it is one. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- each test knows what it asked for
  fields: any;
}

/** Sends a request. @param path behind `/v1/` */
export async function call(
  server: Pick<TestServer, "url">,
  method: string,
  path: string,
  init: Omit<RequestInit, "method" | "body"> & { body?: BodyInit; json?: unknown } = {},
): Promise<Answer> {
  const { json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (json !== undefined) headers.set("content-type", "application/json");
  const body = json === undefined ? rest.body : JSON.stringify(json);
  const response = await fetch(`${server.url}/v1/${path}`, { ...rest, method, headers, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, fields: text === "" ? undefined : JSON.parse(text) };
}

/** The same as `curl -d TEXT` does it. */
export function say(
  server: Pick<TestServer, "url">,
  path: string,
  text: string,
  headers: HeadersInit = {},
): Promise<Answer> {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return call(server, "POST", path, { body: text, headers: { ...type, ...Object.fromEntries(new Headers(headers)) } });
}
