/** The log in Deno KV, against the contract: in a file that several processes look at, and as on Deno Deploy. @module */

import { openKvStore } from "../../../chat/stores/kv/store.ts";
import { testContract } from "../contract.ts";
import { placeInFolder } from "../in_folder.ts";

for (const isRemote of [false, true]) {
  testContract({
    name: isRemote ? "kv, watched" : "kv",
    persistent: true,
    shared: true,
    begin: () => placeInFolder((file) => openKvStore(file, { isRemote })),
  });
}
