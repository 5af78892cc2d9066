/** The log in a SQLite file, against the contract. @module */

import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { testContract } from "../contract.ts";
import { placeInFolder } from "../in_folder.ts";

testContract({
  name: "sqlite",
  persistent: true,
  shared: false,
  lists: true,
  begin: () => placeInFolder(openSqliteStore),
});
