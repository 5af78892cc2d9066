/** The table of `/v1/`: each line has a method, a path, and what answers there. @module */

import { hook } from "./hooks.ts";
import { edit, publish, react, remove } from "./messages.ts";
import { history, rooms } from "./reading.ts";
import { openapi } from "./openapi.ts";
import type { Route } from "./route.ts";
import { readStream } from "./stream.ts";
import { makeTicket } from "./tickets.ts";

export const ROUTES: readonly Route[] = [
  { method: "GET", path: "/v1/openapi.json", handle: openapi },
  { method: "GET", path: "/v1/rooms", handle: rooms },
  { method: "GET", path: "/v1/rooms/{room}", handle: history },
  { method: "POST", path: "/v1/rooms/{room}", handle: publish },
  { method: "PATCH", path: "/v1/rooms/{room}/{seq}", handle: edit },
  { method: "DELETE", path: "/v1/rooms/{room}/{seq}", handle: remove },
  { method: "PUT", path: "/v1/rooms/{room}/{seq}/reactions/{emoji}", handle: react(true) },
  { method: "DELETE", path: "/v1/rooms/{room}/{seq}/reactions/{emoji}", handle: react(false) },
  { method: "POST", path: "/v1/hooks/{secret}", handle: hook },
  { method: "GET", path: "/v1/stream/rooms/{room}", handle: readStream },
  { method: "POST", path: "/v1/tickets", handle: makeTicket },
];
