/** The log in Redis, against the contract. @module */

import { openRedisStore } from "../../../chat/stores/redis/store.ts";
import { RedisServer } from "../../lib/redis.ts";
import { testContract } from "../contract.ts";

testContract({
  name: "redis",
  needs: "redis-server",
  persistent: true,
  shared: true,
  days: false,
  async begin() {
    const server = await RedisServer.start();
    return {
      open: () => openRedisStore(`${server.url}/3?prefix=test`),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
});
