/** The log in a SQLite file, against the contract. @module */

import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { testContract } from "../contract.ts";

testContract({
  name: "sqlite",
  persistent: true,
  shared: false,
  async begin() {
    const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
    return {
      open: () => openSqliteStore(`${folder}/chat.db`),
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
});
