/** `HEAD` at every path that has `GET`: what it says is what `GET` says, by both listeners. @module */

import { ROUTES } from "../../chat/http/v1/routes.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { listenBy } from "../lib/listener.ts";
import { RawPeer, type RawResponse } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";
import { say } from "./v1/api.ts";

const PATHS = [
  ...ROUTES.filter(({ method }) => method === "GET").map(({ path }) => path.replace("{room}", "tea")),
  "/v1/rooms/Tea",
  "/v1/nothing",
  "/healthz",
  "/metrics",
  "/",
  "/docs",
  "/favicon.ico",
  "/manifest.webmanifest",
  "/worker.js",
  "/client.js",
  "/client.d.ts",
  "/client.py",
  "/embed.js",
  "/embed.json",
  "/static/nothing",
  ...Object.keys(STATIC_FILES).map((name) => `/static/${name}`),
];

/** Of a stream `HEAD` asks where the room ends now, wherever `GET` would begin. */
function withPlace(path: string): string {
  return path.startsWith("/v1/stream/") ? `${path}?offset=now` : path;
}

/** All but what depends on when it is asked. */
function saidBy({ status, headers }: RawResponse): unknown {
  return { status, headers: [...headers].filter(([name]) => name !== "date" && name !== "connection").sort() };
}

for (const listener of ["plain", "guarded"] as const) {
  Deno.test(`HEAD says what GET says, its length too, at every path (${listener})`, async () => {
    listenBy(listener);
    await using server = startServer({ limitRate: false });
    await say(server, "rooms/tea?id=7", "hello");
    for (const accepted of ["", "Accept-Encoding: gzip\r\n"]) {
      for (const path of PATHS) {
        const ask = (method: string) =>
          RawPeer.request(server.port, `${method} ${withPlace(path)} HTTP/1.1\r\nHost: localhost\r\n${accepted}\r\n`);
        const [asked, head] = [await ask("GET"), await ask("HEAD")];
        assertEquals([path, head.body, saidBy(head)], [path, "", saidBy(asked)]);
        assert(Number(head.headers.get("content-length")) > 0, path);
      }
    }
  });
}
