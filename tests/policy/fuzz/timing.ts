/** Whether a hidden room can be told from one that is not there by the time that the refusal takes. @module */

import { openLog } from "../../../chat/log/open_log.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { ChatClient } from "../../lib/client.ts";
import { Random } from "../../lib/random.ts";
import { startServer } from "../../lib/server.ts";
import { provenOf } from "../../proof/client/ids.ts";

/** Questions about rooms of each kind: about a new one each time, and about the same one again and again. */
const FIRST = 400;
const AGAIN = 2_000;

/** For each round a room to ask for. */
type Rooms = Record<string, (round: number) => string>;

/** Asks over a real socket and a file for rooms that are hidden and for such as are not there. @returns what the times were, in sentences */
export async function timeRefusals(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-fuzz-" });
  try {
    await using server = startServer({ log: openLog(await openStore(`sqlite:${folder}/chat.db`)), limitRate: false });
    await using owner = await ChatClient.keyed(server, provenOf("owner").key);
    const hidden: string[] = [];
    for (let count = 0; count < FIRST + 2; count++) {
      const made = await owner.ask({ type: "create", nonce: `${count}`, set: { visibility: "private" } }, "ok");
      hidden.push(made.room!);
    }
    const [busy, empty] = hidden.splice(FIRST) as [string, string];
    await owner.join(busy);
    await using stranger = await ChatClient.open(server, "7");
    const random = new Random("names");
    const missing = missingRoom(random);
    const first = await time(stranger, FIRST, {
      "hidden": (round) => hidden[round]!,
      "missing": () => missingRoom(random),
    });
    const again = await time(stranger, AGAIN, {
      "hidden, with people in it": () => busy,
      "hidden, empty": () => empty,
      "missing": () => missing,
    });
    return `To be refused took, in milliseconds (median; quartiles), asked for once: ${first}; again and again: ${again}`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asks for a room of each kind in turn. */
async function time(stranger: ChatClient, rounds: number, rooms: Rooms): Promise<string> {
  const random = new Random("turns");
  const times: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    // In another order each time, so that none is always the first.
    for (const [kind, name] of Object.entries(rooms).sort(() => random.next() - 0.5)) {
      const room = name(round);
      const began = performance.now();
      await stranger.ask({ type: "join", room }, "error");
      (times[kind] ??= []).push(performance.now() - began);
    }
  }
  return Object.keys(rooms).map((kind) => `${kind} ${quartilesOf(times[kind]!)}`).join(", ");
}

function missingRoom(random: Random): string {
  return `p-${Array.from({ length: 26 }, () => random.pick([..."abcdefghijklmnopqrstuvwxyz234567"])).join("")}`;
}

function quartilesOf(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)]!.toFixed(3);
  return `${at(0.5)} (${at(0.25)} to ${at(0.75)})`;
}
