/**
 * `deno task backup STORE FILE`: copies a store that is a file, `sqlite:PATH` or `kv:PATH`, while it is served.
 *
 * @module
 */

import { runTool, say } from "./run_tool.ts";
import { backup, parseFileStore } from "./snapshot.ts";

if (import.meta.main) {
  await runTool("deno task backup sqlite:PATH|kv:PATH FILE", 2, async ([name, target]) => {
    const bytes = await backup(parseFileStore(name!), target!);
    say(`Backed up to ${target}: ${bytes} bytes, checked`);
  });
}
