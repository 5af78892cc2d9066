/** What a room has kept, and which rooms there are. @module */

import { ask, numberOf } from "./ask.ts";
import { json } from "./json.ts";
import type { HttpOptions } from "../options.ts";
import type { RouteAsked } from "./route.ts";

/** A page of a room's messages. */
export async function history(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  const query = asked.url.searchParams;
  const [before, after, limit, thread] = ["before", "after", "limit", "thread"].map((name) =>
    numberOf(query.get(name))
  );
  const { room } = asked.params;
  const { type: _, ref: __, ...page } = await ask<"history">(asked, options, () => ({
    fields: { type: "history", room, before, after, limit, thread },
  }));
  return json(200, page);
}

/** A page of the rooms that there are for somebody. */
export async function rooms(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  const query = asked.url.searchParams;
  const [room, ts] = query.get("after")?.split(":", 2) ?? [];
  const after = room === undefined ? undefined : { room, ts: numberOf(ts) };
  const mine = query.has("mine") ? query.get("mine") === "true" : undefined;
  const { type: _, ref: __, ...found } = await ask<"rooms">(asked, options, () => ({
    fields: { type: "rooms", query: query.get("query") ?? undefined, mine, after },
  }));
  return json(200, found);
}
