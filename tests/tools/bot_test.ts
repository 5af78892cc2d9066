/** `deno task bot`: bots at a terminal. @module */

import { addBot, listBots, removeBot } from "../../chat/tools/bot.ts";
import { ToolError } from "../../chat/tools/snapshot.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { hashOf } from "../../chat/wire/names.ts";
import { assertEquals, assertMatch, assertRejects } from "../lib/assert.ts";
import { Folder } from "../stores/in_folder.ts";

for (const kind of ["sqlite", "kv"]) {
  Deno.test(`at a terminal bots of a store in ${kind} are made, listed and taken back`, async () => {
    await using folder = new Folder();
    const name = `${kind}:${folder.file}`;
    await (await openStore(name)).close();
    const secret = await addBot(name, "deploys", "ops,ops-*", "moderate");
    assertMatch(secret, /^sbk_[\da-f]{64}$/);
    await addBot(name, "watch");
    const [deploys, watch] = await listBots(name);
    const made = { ts: deploys!.ts, name: "deploys", rooms: ["ops", "ops-*"], may: "moderate" as const };
    assertEquals([deploys, watch], [made, { ts: watch!.ts, name: "watch", rooms: ["*"], may: "write" }]);
    const log = openLog(await openStore(name));
    assertEquals(await log.bots!.find(await hashOf(secret)), made);
    await log.close();
    await assertRejects(() => addBot(name, "watch"), ToolError, "there is one of that name");
    await removeBot(name, "deploys");
    await assertRejects(() => removeBot(name, "deploys"), ToolError, "no bot deploys");
    assertEquals((await listBots(name)).map(({ name }) => name), ["watch"]);
  });
}

Deno.test("a bot that cannot be is not made at a terminal either, and no store where there is none", async () => {
  await using folder = new Folder();
  const name = `sqlite:${folder.file}`;
  await assertRejects(() => addBot(name, "ci"), ToolError, "there is no file");
  await (await openStore(name)).close();
  const wrong: [string, string?, string?][] = [["operator"], ["Ci"], ["ci", "a b"], ["ci", "ops", "everything"]];
  for (const [bot, rooms, may] of wrong) {
    await assertRejects(async () => await addBot(name, bot, rooms, may), ToolError, "Cannot make the bot");
  }
  assertEquals(await listBots(name), []);
});
