/** The log in memory, against the contract. @module */

import { MemoryStore } from "../../chat/stores/memory.ts";
import { testContract } from "./contract.ts";

testContract({
  name: "memory",
  persistent: false,
  shared: false,
  begin: () =>
    Promise.resolve({
      open: () => Promise.resolve(new MemoryStore()),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
});
