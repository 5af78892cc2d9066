/** The page, and the files that it is made of. @module */

import type { Asked, HttpOptions, Respond } from "./options.ts";
import { Refusal } from "./refusal.ts";

/** A page, apart from windows of other sites. */
export function page(name: string): Respond {
  return async (asked, { assets }) => {
    const response = await assets.respond(name, asked);
    // Over plain http browsers ignore it, and complain of it in the console. A client that forges the proxy's header changes only
    // its own page.
    if (asked.url.protocol === "https:" || asked.headers.get("x-forwarded-proto") === "https") {
      response.headers.set("cross-origin-opener-policy", "same-origin");
    }
    return response;
  };
}

export function file(name: string): Respond {
  return (asked, { assets }) => assets.respond(name, asked);
}

export function staticFile(asked: Asked, { assets }: HttpOptions): Promise<Response> {
  const name = asked.url.pathname.slice("/static/".length);
  if (!assets.has(name)) throw new Refusal(404, "There is no such file");
  return assets.respond(name, asked);
}
