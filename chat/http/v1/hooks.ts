/** Incoming hooks: a service that can only be told an address posts as a bot, whose secret is in that address. @module */

import { HOOK_BYTES } from "../../limits.ts";
import { hideSecrets, isBotSecret, isWholeSecret, NO_BOT } from "../../policy/bots.ts";
import type { Grant } from "../../policy/grants.ts";
import type { Fields } from "../../wire/decode.ts";
import { type HttpOptions, HttpRefusal } from "../options.ts";
import { ask, nonceOf } from "./ask.ts";
import { type Body, parseBody, readBody } from "./body.ts";
import { textOf } from "./hooks/text_of.ts";
import { stored } from "./messages.ts";
import type { RouteAsked } from "./route.ts";

/** What of it nobody needs to read is answered without content. */
export async function hook(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  const room = asked.url.searchParams.get("room") ?? undefined;
  // Its body may be long, so it is read only if there is a bot with that secret. It is not counted as what a client sends: services do not send again
  // what was refused, and most of it is not kept.
  const fields = async (grants?: readonly Grant[]): Promise<Fields> => {
    const body = await readBody(asked, options, HOOK_BYTES);
    const { text } = textOf(payloadOf(body), asked.headers.get("x-github-event")) ?? refuseForm();
    if (text === undefined) return { type: "ping" };
    return { type: "publish", nonce: markOf(asked), room: room ?? onlyRoomOf(grants), text: hideSecrets(text) };
  };
  const answer = await ask<"ok" | "pong">(asBot(asked), options, () => ({ fields }));
  return answer.type === "pong" ? new Response(null, { status: 204 }) : stored(answer, answer.repeated ? 200 : 201);
}

/** The same request as a program sends it that has the secret. */
function asBot(asked: RouteAsked): RouteAsked {
  const { secret = "" } = asked.params;
  // A person's token must not be in an address, where it may be kept.
  if (!isBotSecret(secret)) throw new HttpRefusal(404, "There is no such path");
  // A header is read without the blanks around it, and cannot have every character.
  if (!isWholeSecret(secret)) throw new HttpRefusal(401, NO_BOT.message, {}, { code: NO_BOT.code });
  const headers = new Headers(asked.headers);
  headers.set("authorization", `Bearer ${secret}`);
  return { ...asked, headers, url: new URL("/", asked.url) };
}

/** The body, or the JSON in its field `payload`, as GitHub sends it by default. */
function payloadOf({ text }: Body): Fields {
  return parseBody(/^\s*\{/.test(text) ? text : new URLSearchParams(text).get("payload") ?? text);
}

/** By what a delivery that is made again is known. */
function markOf(asked: RouteAsked): string {
  return asked.headers.get("x-github-delivery") ?? nonceOf(asked);
}

function onlyRoomOf(grants: readonly Grant[] = []): string {
  const [only, ...others] = grants;
  if (only !== undefined && others.length === 0 && !only.room.endsWith("*")) return only.room;
  throw new HttpRefusal(400, "The bot is for more than one room: say which by ?room=ROOM");
}

function refuseForm(): never {
  const services = "GitHub (with its header X-GitHub-Event), Grafana and Alertmanager";
  throw new HttpRefusal(400, `A hook takes {"text": "…"}, and what ${services} send`);
}
