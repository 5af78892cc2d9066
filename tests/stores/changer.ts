/**
 * A process that writes, edits, deletes and reacts in a store that several processes share, as fast as it is acknowledged, and says so: a line with the number
 * and the nonce of each event that was. `deno run -A changer.ts STORE ROOM AUTHOR`; it ends when it is killed.
 *
 * @module
 */

import type { NewEvent } from "../../chat/event/event.ts";
import { type Appended, type Refused, StoreUnavailableError } from "../../chat/log/message_log.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { Random } from "../lib/random.ts";

const [store = "", room = "", author = ""] = Deno.args;
const log = openLog(await openStore(store));

/** One author of several: what it does next is drawn by its id. */
async function changeForEver(id: string): Promise<void> {
  const random = new Random(id);
  const own: { nonce: string; edits: number }[] = [];
  for (let index = 0;; index++) {
    const by = { id, name: id, nonce: `${id}-${index}` };
    const event = next(random, by, own);
    const result = await append(event);
    if ("refused" in result) throw new Error(`${JSON.stringify(event)} was refused: ${result.refused}`);
    if (!result.unchanged) say(`${result.seq} ${by.nonce}`);
  }
}

/** Sends it again for as long as the others come between, as a client does. */
async function append(event: NewEvent): Promise<Appended | Refused> {
  while (true) {
    try {
      return await log.append(room, event);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      say("unavailable");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function next(
  random: Random,
  by: { id: string; name: string; nonce: string },
  own: { nonce: string; edits: number }[],
): NewEvent {
  const dice = random.next();
  if (dice < 0.5 && dice > 0.1) {
    return { ...by, kind: "react", target: random.int(1, 3), emoji: random.pick(["👍", "🎉"]), on: random.chance(0.6) };
  }
  if (dice < 0.7 || own.length === 0) {
    own.push({ nonce: by.nonce, edits: 0 });
    return dice < 0.6 ? { ...by, text: by.nonce } : { ...by, text: by.nonce, reply: random.int(1, 3) };
  }
  const message = random.pick(own);
  if (dice < 0.9) {
    return { ...by, kind: "edit", targetNonce: message.nonce, version: message.edits++, text: `${by.nonce}, edited` };
  }
  own.splice(own.indexOf(message), 1);
  return { ...by, kind: "delete", targetNonce: message.nonce };
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

say("open");
await Promise.all(Array.from({ length: 6 }, (_, lane) => changeForEver(`${author}-${lane}`)));
