/** Answers at the paths that begin with `/v1/`: finds the route, looks whose page asks, and makes JSON of every error. @module */

import { type Asked, type HttpOptions, HttpRefusal } from "../options.ts";
import { isFromAdmittedPage } from "../origins.ts";
import { answerOptions, corsHeaders } from "./cors.ts";
import { answerError, refusalOf } from "./errors.ts";
import { checkQuery, findRoutes, isRead } from "./route.ts";
import { ROUTES } from "./routes.ts";

export async function respond(asked: Asked, options: HttpOptions): Promise<Response> {
  const response = await answer(asked, options);
  response.headers.append("vary", "origin");
  for (const [name, value] of Object.entries(corsHeaders(asked, options))) response.headers.set(name, value);
  return response;
}

async function answer(asked: Asked, options: HttpOptions): Promise<Response> {
  try {
    return await handle(asked, options);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) options.onTrouble?.(error);
    return answerError(refusal ?? new HttpRefusal(500, "Something went wrong here", {}, { code: "internal" }));
  }
}

async function handle(asked: Asked, options: HttpOptions): Promise<Response> {
  const { byMethod, params } = findRoutes(ROUTES, asked.url.pathname);
  const methods = [...byMethod.keys(), ...byMethod.has("GET") ? ["HEAD"] : [], "OPTIONS"].join(", ");
  // A page can send a text without asking first: whoever visits it would write here, in its words.
  if (!isRead(asked) && !isFromAdmittedPage(asked, options)) {
    throw new HttpRefusal(403, "Pages of this site may not do that here: the settings ORIGINS and EMBED say which may");
  }
  if (asked.method === "OPTIONS") return answerOptions(methods);
  const route = byMethod.get(isRead(asked) ? "GET" : asked.method);
  if (route === undefined) throw new HttpRefusal(405, `This path has ${methods}`, { allow: methods });
  checkQuery(asked.url);
  return await route.handle({ ...asked, params }, options);
}
