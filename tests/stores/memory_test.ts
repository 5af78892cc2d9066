/** The log in memory, against the contract. @module */

import { MemoryStore } from "../lib/memory_store.ts";
import { testContract } from "./contract.ts";

testContract({
  name: "memory",
  persistent: false,
  shared: false,
  lists: true,
  begin: () =>
    Promise.resolve({
      open: () => Promise.resolve(new MemoryStore()),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
});
