/**
 * `deno task export STORE ROOM`: prints a room's messages, oldest first, one JSON object a line. Works on every kind of store;
 * one that is a file may be served meanwhile.
 *
 * @module
 */

import { jsonLine } from "../base/escape.ts";
import { shown } from "../event/kinds.ts";
import { openLog } from "../log/open_log.ts";
import { fileOf } from "../settings/store_name.ts";
import { openStore } from "../stores/open_store.ts";
import { ROOM_PATTERN } from "../wire/names.ts";
import { asToolError, backup, requireFile, ToolError } from "./snapshot.ts";
import { runTool } from "./run_tool.ts";

const PAGE = 1_000;

/**
 * Writes a room's messages, each as one line of JSON: the message and its `room`.
 *
 * @param name a store, as in `CHAT_STORE`
 * @throws {ToolError} if there was never a message in the room, or if messages are removed faster than they are read.
 */
export async function exportRoom(name: string, room: string, out: WritableStream<Uint8Array>): Promise<void> {
  if (!ROOM_PATTERN.test(room)) throw new ToolError("Cannot export: the room must be 1 to 64 of a-z, 0-9 and -");
  if (name === "memory:") {
    throw new ToolError("Cannot export a store in memory: only the process that serves it has its messages");
  }
  const store = fileOf(name);
  // A missing store would be created.
  try {
    if (store !== undefined) requireFile(store.path);
  } catch (cause) {
    throw asToolError(`Cannot export ${name}`, cause);
  }
  if (store?.kind !== "sqlite") return await writeRoom(name, room, out);
  // Its server has the file to itself, so a copy is read.
  const folder = await Deno.makeTempDir({ prefix: "switchboard-export-" });
  try {
    await backup(store, `${folder}/chat.db`);
    return await writeRoom(`sqlite:${folder}/chat.db`, room, out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeRoom(name: string, room: string, out: WritableStream<Uint8Array>): Promise<void> {
  const log = openLog(await openStore(name));
  const writer = out.getWriter();
  try {
    let after = 0;
    while (true) {
      const { events, first, head } = await log.read(room, { after, limit: PAGE, messagesOnly: true });
      if (after > 0 && first > after + 1) {
        throw new ToolError(`Cannot export ${room}: its messages are removed faster than they are read`);
      }
      // A room that has lost its messages still has its head.
      if (head === 0) {
        throw new ToolError(`Cannot export ${room}: the store never had a message in a room of that name`);
      }
      const lines = events.map((event) => `${jsonLine({ room, ...shown(event) })}\n`);
      await writer.write(new TextEncoder().encode(lines.join(""))).catch(failToWrite);
      if (events.length < PAGE) return;
      after = events.at(-1)!.seq;
    }
  } finally {
    writer.releaseLock();
    await log.close();
  }
}

/** A reader that stops early is no error; a full disk is one. */
function failToWrite(cause: unknown): never {
  throw cause instanceof Deno.errors.BrokenPipe ? cause : asToolError("Cannot write what is exported", cause);
}

if (import.meta.main) {
  await runTool("deno task export STORE ROOM", 2, async ([name, room]) => {
    await exportRoom(name!, room!, Deno.stdout.writable);
  });
}
