/**
 * Cuts the index of a SQLite store's write-ahead log while it serves it, and prints the result: in a process of its own, because the
 * system ends one that reads what was cut off. `deno run -A cut_index.ts FILE BYTES`
 *
 * @module
 */

import type { Store } from "../../../chat/log/store.ts";
import { openSqliteStore } from "../../../chat/stores/sqlite/store.ts";
import { by } from "../../lib/messages.ts";

const [file = "", bytes = ""] = Deno.args;

const DOINGS: Record<string, (store: Store) => Promise<unknown>> = {
  commit: (store) => store.commit([{ room: "lobby", event: by("a") }], { ts: Date.now(), day: 0 }),
  read: (store) => store.read("lobby", { limit: 9 }),
  trim: (store) => store.trim(1, 0),
  readTime: (store) => store.readTime(),
};

const store = await openSqliteStore(file);
await DOINGS.commit!(store);
Deno.truncateSync(`${file}-shm`, Number(bytes));
for (const [name, doing] of Object.entries(DOINGS)) {
  say(name, await doing(store).then(() => "done", ({ message }) => message));
}
await store.close();
const again = await openSqliteStore(file);
say("again", String((await again.read("lobby", { limit: 9 })).head));
await again.close();

function say(what: string, how: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${what}: ${how}\n`));
}
