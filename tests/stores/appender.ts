/**
 * A process that appends to a store as fast as it is acknowledged, and says so: a line with the number of each message that
 * was acknowledged, or with `unavailable`. `deno run -A appender.ts STORE ROOM AUTHOR`; it ends when it is killed, or when
 * its input ends.
 *
 * @module
 */

import { StoreUnavailableError } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { isDatabase } from "../../chat/settings/store_name.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { appendTo } from "../lib/append_to.ts";

const [store = "", room = "", author = ""] = Deno.args;
const log = openLog(await openStore(store));
let isEnding = false;

async function appendForEver(lane: number): Promise<void> {
  for (let index = 0; !isEnding; index++) {
    const text = `${author}-${lane}-${index}`;
    await acknowledged(text);
  }
}

async function acknowledged(text: string): Promise<void> {
  while (!isEnding) {
    try {
      const { seq } = await appendTo(log, room, { id: author, name: author, text: text.padEnd(500, "."), nonce: text });
      return say(`${seq} ${text}`);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      say("unavailable");
      // A file is to be read from even when it cannot be written to.
      if (!isDatabase(store)) await log.read(room, { limit: 1 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

say("open");
const appending = Promise.all(Array.from({ length: 8 }, (_, lane) => appendForEver(lane)));
for await (const _ of Deno.stdin.readable);
isEnding = true;
await appending;
await log.close();
