/** Pages of a room's stream as a program asks for them, for the tests of streams. @module */

import type { StoredMessage } from "../../../chat/event/event.ts";
import { listener } from "../../lib/listener.ts";
import type { TestServer } from "../../lib/server.ts";
import { streamUrl } from "../../lib/stream_reader.ts";

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What a stream is made of. */
export type Entry = Partial<StoredMessage> & { seq: number; kind?: string };

/** A page of a stream. */
export interface Page {
  status: number;
  entries: Entry[];
  next: string;
  isUpToDate: boolean;
  headers: Headers;
}

/** Asks for one page. */
export async function page(
  server: TestServer,
  query: Record<string, string> = {},
  { room = "lobby", headers = {}, method = "GET" }: { room?: string; headers?: HeadersInit; method?: string } = {},
): Promise<Page> {
  const response = await fetch(streamUrl(server, room, query), { headers, method });
  const text = await response.text();
  const [next = "", upToDate] = ["stream-next-offset", "stream-up-to-date"].map((name) =>
    response.headers.get(name) ?? undefined
  );
  const entries = text === "" ? [] : JSON.parse(text);
  return { status: response.status, entries, next, isUpToDate: upToDate === "true", headers: response.headers };
}

/** Why a request is refused. */
export async function refusal(
  server: TestServer,
  query: Record<string, string>,
  room = "lobby",
  headers: HeadersInit = {},
): Promise<[status: number, code: string]> {
  const response = await fetch(streamUrl(server, room, query), { headers });
  return [response.status, (await response.json()).code];
}

/** Has so many messages said. */
export async function say(server: TestServer, count: number, room = "lobby"): Promise<void> {
  for (let said = 0; said < count; said++) await server.manager.broadcast(room, "ada", `text ${said + 1}`);
}

/** A test of what depends on time alone. The guarded listener has timers of its own on that clock. */
export function timed(name: string, run: () => Promise<void>): void {
  if (listener() === "plain") Deno.test(name, run);
}
