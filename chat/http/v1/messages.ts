/** Messages that are written, changed and reacted to. @module */

import type { Reply } from "../../wire/lines.ts";
import type { Fields } from "../../wire/decode.ts";
import type { HttpOptions } from "../options.ts";
import { ask, nonceOf, numberOf } from "./ask.ts";
import { parseBody, readBody, readJson } from "./body.ts";
import { json } from "./json.ts";
import type { Handle, RouteAsked } from "./route.ts";

/** The body is the text itself, or JSON. */
export async function publish(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  const ok = await ask<"ok">(asked, options, async () => {
    const { text, bytes, isJson } = await readBody(asked, options);
    const { name, ...said } = isJson ? parseBody(text) : { text };
    const { reply, epoch, mentions } = said as Fields;
    return { name, bytes, fields: { ...eventOf(asked), type: "publish", text: said.text, reply, epoch, mentions } };
  });
  return stored(ok, ok.repeated ? 200 : 201);
}

export async function edit(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  const ok = await ask<"ok">(asked, options, async () => {
    const { fields: { text, version, mentions }, bytes } = await readJson(asked, options);
    return { bytes, fields: { ...changeOf(asked), type: "edit", text, version, mentions } };
  });
  return stored(ok);
}

export async function remove(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  const reason = asked.url.searchParams.get("reason") ?? undefined;
  return stored(await ask<"ok">(asked, options, () => ({ fields: { ...changeOf(asked), type: "delete", reason } })));
}

/** Says whether a reaction is to stand. */
export function react(on: boolean): Handle {
  return async (asked, options) => {
    const { emoji } = asked.params;
    return stored(
      await ask<"ok">(asked, options, () => ({ fields: { ...changeOf(asked), type: "react", emoji, on } })),
    );
  };
}

function eventOf(asked: RouteAsked): Fields {
  return { room: asked.params.room, nonce: nonceOf(asked) };
}

function changeOf(asked: RouteAsked): Fields {
  const epoch = asked.url.searchParams.get("epoch") ?? undefined;
  return { ...eventOf(asked), target: numberOf(asked.params.seq), epoch };
}

export function stored(
  { epoch, seq, ts, durability, unchanged }: Extract<Reply, { type: "ok" }>,
  status = 200,
): Response {
  return json(status, { epoch, seq, ts, durability, unchanged });
}
