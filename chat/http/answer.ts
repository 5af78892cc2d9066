/** Answers a request of any listener, and tells its sender and the operator if it is refused. @module */

import { type Endpoint, showAddress } from "../base/addresses.ts";
import { LOGGED_CHARACTERS } from "../logging/bounds.ts";
import { hideSecrets } from "../policy/bots.ts";
import { type HttpOptions, HttpRefusal } from "./options.ts";
import { readUrl, type RequestHead } from "./request_url.ts";
import { route } from "./router.ts";
import { type Accepted, asksForSocket, isSocketPath } from "./upgrade.ts";
import { answerError } from "./v1/errors.ts";
import { API, isApi } from "./v1/route.ts";

/**
 * Answers a request: with a response, or with the socket that may be opened for it.
 *
 * @param readHead gives what was asked; may throw an {@linkcode HttpRefusal}
 * @param remote where the connection comes from
 * @param httpVersion `1.1`, if the listener tells
 */
export async function answer(
  options: HttpOptions,
  readHead: () => RequestHead,
  remote: Endpoint,
  httpVersion?: string,
): Promise<Response | Accepted> {
  let head: RequestHead | undefined;
  try {
    head = readHead();
    const address = addressOf(options, remote, head);
    const viaProxy = options.proxies?.trusts(remote) ?? false;
    if (httpVersion !== undefined && !/^1\.[01]$/.test(httpVersion)) {
      throw new HttpRefusal(400, "A request must be of HTTP/1.1 or HTTP/1.0");
    }
    const { method, headers, body } = head;
    const result = await route({ method, url: readUrl(head), headers, body, address, viaProxy, httpVersion }, options);
    return result instanceof Response ? await asAsked(head, guarded(result)) : result;
  } catch (error) {
    if (!(error instanceof HttpRefusal)) return fail(options, error);
    tellRefused(options, head, addressOf(options, remote, head), error);
    const response = head !== undefined && isApi(head.url) ? guarded(answerError(error)) : refuse(error);
    return await asAsked(head, response);
  }
}

/** To `HEAD` a response says what it says to `GET`, its length too, without its body: a listener that gets none cannot count it. */
async function asAsked(head: RequestHead | undefined, response: Response): Promise<Response> {
  if (head?.method !== "HEAD" || response.body === null) return response;
  const { byteLength } = await response.arrayBuffer();
  const { status, headers } = response;
  headers.set("content-length", `${byteLength}`);
  return new Response(null, { status, headers });
}

function addressOf({ proxies }: HttpOptions, remote: Endpoint, head: RequestHead | undefined): string {
  if (proxies === undefined || head === undefined) return showAddress(remote);
  return proxies.addressOf(remote, head.headers.get("x-forwarded-for"));
}

/** No internals reach a client. */
export function fail({ onTrouble }: HttpOptions, error: unknown): Response {
  onTrouble?.(error);
  return guarded(new Response("Something went wrong here\n", { status: 500 }));
}

function tellRefused(
  { onRefused }: HttpOptions,
  head: RequestHead | undefined,
  address: string,
  { status, message: reason }: HttpRefusal,
): void {
  if (head === undefined) return onRefused?.({ status, reason, address });
  const path = URL.parse(head.url)?.pathname ?? "";
  if (!isSocketPath(path) && !asksForSocket(head.headers)) return;
  onRefused?.({
    status,
    reason,
    // There are secrets in some of these paths.
    path: isApi(path) ? API : hideSecrets(path.slice(0, LOGGED_CHARACTERS)),
    address,
    origin: head.headers.get("origin")?.slice(0, LOGGED_CHARACTERS),
  });
}

/** Adds the headers of every response: nobody may guess its type, or use it in a page of another site. */
function guarded(response: Response): Response {
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("cross-origin-resource-policy", "same-origin");
  return response;
}

/** Every request that is refused, a socket's included, is refused here, apart from those below `/v1/`: see `v1/errors.ts`. */
function refuse({ status, message, headers }: HttpRefusal): Response {
  const type = { "content-type": "text/plain; charset=utf-8" };
  return guarded(new Response(`${message}\n`, { status, headers: { ...type, ...headers } }));
}
