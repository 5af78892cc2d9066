/** How a command of a document is tried: what several of them need. @module */

import { openLog } from "../../../chat/log/open_log.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { assert, assertEquals, assertStringIncludes } from "../../lib/assert.ts";
import { PlainClient } from "../../lib/client.ts";
import { by } from "../../lib/messages.ts";
import type { ToolName } from "../../lib/tools.ts";
import { Checkout, type Ended } from "../checkout.ts";
import { readDocument } from "../documents.ts";

/** How a command is tried. */
export interface Trial {
  needs?: ToolName[];
  run(command: string): Promise<void>;
}

/** It serves a page and a chat, on a free port, and ends with 0 when it is asked to. */
export function serves(signal: Deno.Signal = "SIGTERM", change = (line: string) => line): Trial {
  return {
    async run(command) {
      await using checkout = await Checkout.make();
      if (command.includes("switchboard.js")) await bundle(checkout);
      await using started = await checkout.start(change(command));
      const { service } = started;
      await chats(service);
      service.kill(signal);
      assertEquals(await service.exited, 0);
    },
  };
}

/** It ends with 0. @param change what must differ here @param look at its result */
export function ends(
  change: (line: string) => string,
  look?: (ended: Ended, checkout: Checkout) => unknown,
  needs?: ToolName[],
): Trial {
  return {
    needs,
    async run(command) {
      await using checkout = await Checkout.make();
      await makeStore(checkout);
      const ended = await checkout.run(change(command));
      assertEquals(ended.code, 0, `${ended.err}\n${ended.out}`.slice(-3_000));
      await look?.(ended, checkout);
    },
  };
}

export function asItIs(line: string): string {
  return line;
}

export function adds(words: string): (line: string) => string {
  return (line) => `${line} ${words}`;
}

/** What it takes to try it is not to be had by a test; the reason is told. */
export function untried(reason: string, told?: { document: string; words: string }): Trial {
  return {
    run() {
      assert(reason !== "");
      if (told) assertStringIncludes(readDocument(told.document), told.words);
      return Promise.resolve();
    },
  };
}

/** A page is served, and a message comes back. */
export async function chats(at: { url: string; wsUrl: string }): Promise<void> {
  assertStringIncludes(await (await fetch(at.url)).text(), "<title>Switchboard");
  await using ada = await PlainClient.open(at, "ada");
  ada.send("hello");
  await ada.untilFrame("Client #ada says: hello");
}

/** The bundle, where a reader has taken it. */
async function bundle(checkout: Checkout): Promise<void> {
  const { code, err } = await checkout.run("deno task bundle && cp dist/switchboard.js .");
  assertEquals(code, 0, err);
}

/** The default store with so many messages in it. */
export async function makeStore({ path }: Checkout, messages = 1): Promise<void> {
  await Deno.mkdir(`${path}/data`);
  const log = openLog(await openStore(`sqlite:${path}/data/switchboard.db`));
  await Promise.all(Array.from({ length: messages }, () => log.append("lobby", by("hello"))));
  await log.close();
}
