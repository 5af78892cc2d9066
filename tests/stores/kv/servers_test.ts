/** Two servers on one Deno KV file. @module */

import { openKv, placeInFolder } from "../in_folder.ts";
import { testServers } from "../servers.ts";

testServers({ name: "kv", needs: [], begin: () => placeInFolder(openKv) });
