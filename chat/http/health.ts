/** Whether the process should be sent more clients, for load balancers. @module */

import type { Asked, HttpOptions } from "./options.ts";

export function health(_: Asked, { manager }: HttpOptions): Response {
  return manager.accepts ? new Response("ok\n") : new Response("stopping, full or overloaded\n", { status: 503 });
}
