/**
 * `deno task restore FILE STORE`: puts a copy made by `backup` in a store's place. The store must not be served.
 *
 * @module
 */

import { runTool, say } from "./run_tool.ts";
import { parseFileStore, restore } from "./snapshot.ts";

if (import.meta.main) {
  await runTool("deno task restore FILE sqlite:PATH|kv:PATH", 2, async ([copy, name]) => {
    const store = parseFileStore(name!);
    const { aside, erased, revoked, bots } = await restore(copy!, store, new Date());
    say(`Restored ${store.path} from ${copy}; clients that come back are told that it is not what they knew`);
    if (erased > 0) say(`Everything of ${erased} ids was erased again: the copy was made before they were`);
    if (revoked > 0) say(`${revoked} ids were called back again: the copy was made before they were`);
    if (bots > 0) say(`${bots} bots were taken back again: the copy was made before they were`);
    if (aside !== undefined) say(`What was there before is ${aside}`);
  });
}
