/** The stores that several processes can use at once, each started for the test that asks for it. @module */

import { RedisServer } from "./redis.ts";
import type { ToolName } from "./tools.ts";

/** A store, named as in `CHAT_STORE`. */
export interface SharedStore extends AsyncDisposable {
  name: string;
}

/** A kind of them. */
export interface SharedStoreKind {
  kind: string;
  /** What it takes to start one. */
  needs: ToolName[];
  start(): Promise<SharedStore>;
}

/** All kinds. */
export const SHARED_STORES: SharedStoreKind[] = [{
  kind: "redis",
  needs: ["redis-server"],
  async start() {
    const server = await RedisServer.start();
    return { name: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  },
}];
