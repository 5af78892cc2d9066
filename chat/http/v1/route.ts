/** One line of the table of `/v1/`, and how it is found. @module */

import { type Asked, type HttpOptions, HttpRefusal } from "../options.ts";

/** A request at a route. */
export interface RouteAsked extends Asked {
  /** The parts of the path that the route names, decoded. */
  params: Record<string, string>;
}

/** Answers, or throws what `errors.ts` can answer. */
export type Handle = (asked: RouteAsked, options: HttpOptions) => Response | Promise<Response>;

export interface Route {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** As in OpenAPI: a part in braces stands for anything but a slash. */
  path: string;
  handle: Handle;
}

/** Whether a request changes nothing. */
export function isRead({ method }: Pick<Asked, "method">): boolean {
  return method === "GET" || method === "HEAD";
}

/** The beginning of all these paths. */
export const API = "/v1/";

/** Whether an address is one of these, whether there is something or not. @param url or a path */
export function isApi(url: string): boolean {
  return (URL.parse(url)?.pathname ?? url).startsWith(API);
}

/** Whether a request may ask for a change. */
export function mayChange(request: { method?: string; url?: string }): boolean {
  const { method = "", url = "" } = request;
  return !isRead({ method }) && isApi(url);
}

/** The routes of a path by their methods, and the parts that it names. @throws {HttpRefusal} if there are none */
export function findRoutes(
  routes: readonly Route[],
  pathname: string,
): { byMethod: Map<string, Route>; params: Record<string, string> } {
  const parts = partsOf(pathname);
  const found = routes.filter(({ path }) => fits(partsOf(path), parts));
  const [first] = found;
  if (first === undefined) throw new HttpRefusal(404, "There is no such path");
  const params: Record<string, string> = {};
  partsOf(first.path).forEach((part, at) => {
    if (isParam(part)) params[part.slice(1, -1)] = decode(parts[at]!);
  });
  return { byMethod: new Map(found.map((route) => [route.method, route])), params };
}

/** One slash at the end makes no difference. */
function partsOf(path: string): string[] {
  return path.replace(/\/$/, "").split("/");
}

function fits(pattern: string[], parts: string[]): boolean {
  return pattern.length === parts.length &&
    pattern.every((part, at) => isParam(part) ? parts[at] !== "" : part === parts[at]);
}

function isParam(part: string): boolean {
  return part.startsWith("{");
}

/** Checks what `URL` passes over: it reads an escape that is none as a character, so that two ids would become one. @throws {HttpRefusal} if there is one */
export function checkQuery({ search }: URL): void {
  decode(search);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpRefusal(400, "An address must be percent-encoded UTF-8, as encodeURIComponent gives it");
  }
}
