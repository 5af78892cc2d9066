/**
 * `deno task export STORE ROOM`: prints a room's messages as they are now, oldest first, one JSON object a line. Works on every
 * kind of store; one that is a file may be served meanwhile.
 *
 * @module
 */

import type { StoredMessage } from "../event/event.ts";
import type { MessageLog } from "../log/message_log.ts";
import { openLog } from "../log/open_log.ts";
import type { Store } from "../log/store.ts";
import { messagesOf } from "../log/whole.ts";
import { fileOf, showStore } from "../settings/store_name.ts";
import { openStore } from "../stores/open_store.ts";
import { ROOM_PATTERN } from "../wire/names.ts";
import { lineOf } from "./export_lines.ts";
import { asToolError, backup, requireFile, ToolError } from "./snapshot.ts";
import { runTool, say } from "./run_tool.ts";

const PAGE = 1_000;
/** Ids in one line, so that no line grows with the number of those who react. */
const REACTORS_PAGE = 100;
const WRITE_CHARACTERS = 64 * 1024;

/**
 * Writes a room's messages, each as one line of JSON: the message and its `room`. Behind it, a line for every hundred ids that
 * react to it with one emoji. An event of its own, such as an edit, has no line: what it did is in its message.
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
    throw asToolError(`Cannot export ${showStore(name)}`, cause);
  }
  if (store?.kind !== "sqlite") return await writeRoom(await openStore(name, say), room, out);
  // Its server has the file to itself, so a copy is read.
  const folder = await Deno.makeTempDir({ prefix: "switchboard-export-" });
  try {
    await backup(store, `${folder}/chat.db`);
    return await writeRoom(await openStore(`sqlite:${folder}/chat.db`), room, out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** @param store is closed afterwards */
async function writeRoom(store: Store, room: string, out: WritableStream<Uint8Array>): Promise<void> {
  const log = openLog(store);
  const writer = out.getWriter();
  try {
    let [last, ordinal] = [0, 0];
    while (true) {
      const { events, first, head, messageCount } = await log.read(room, {
        after: last,
        limit: PAGE,
        messagesOnly: true,
      });
      const messages = messagesOf(events);
      // Those in between may be lost; but the oldest one behind them is the first that is kept.
      const skips = (messages[0]?.ordinal ?? messageCount + 1) > ordinal + 1;
      if (last > 0 && skips && first > last) {
        throw new ToolError(`Cannot export ${room}: its messages are removed faster than they are read`);
      }
      // A room that has lost its messages still has its head.
      if (head === 0) {
        throw new ToolError(`Cannot export ${room}: the store never had a message in a room of that name`);
      }
      let text = "";
      const flush = async () => {
        await writer.write(new TextEncoder().encode(text)).catch(failToWrite);
        text = "";
      };
      for (const message of messages) {
        for await (const line of linesOf(log, room, message)) {
          text += line;
          if (text.length > WRITE_CHARACTERS) await flush();
        }
      }
      await flush();
      if (messages.length < PAGE) return;
      ({ seq: last, ordinal = 0 } = messages.at(-1)!);
    }
  } finally {
    writer.releaseLock();
    await log.close();
  }
}

async function* linesOf(log: MessageLog, room: string, message: StoredMessage): AsyncGenerator<string> {
  // What counts other lines is counted again where they are imported.
  const { reactions = [], rev: _rev, replies: _replies, ordinal: _ordinal, ...rest } = message;
  yield lineOf({ room, ...rest });
  for (const { emoji } of reactions) {
    let ids: string[] = [];
    do {
      ids = await log.reactors(room, { target: message.seq, emoji, after: ids.at(-1), limit: REACTORS_PAGE });
      if (ids.length > 0) yield lineOf({ room, target: message.seq, emoji, ids });
    } while (ids.length === REACTORS_PAGE);
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
