/** What Deno KV does not keep of changes. @module */

import { assertEquals } from "../../lib/assert.ts";
import { by, texts } from "../../lib/messages.ts";
import { append, commit, edit, remove } from "../changing.ts";
import { inShared } from "./shared.ts";

Deno.test("kv: no value has a text that was overwritten or deleted, nor has a page", () =>
  inShared(async ({ one, kv }) => {
    await commit(one, by("secret one", "n1"), by("secret two", "n2"), by("secret three"));
    await commit(one, edit("secret edit", 0), edit("public", 1), edit("secret, too", 0, 2), remove(2), remove(3));
    await append(one, { ...by("an answer"), reply: 1 });
    for await (const { key, value } of kv.list({ prefix: ["switchboard"] })) {
      const all = Deno.inspect(value, { depth: 9, strAbbreviateSize: Infinity });
      assertEquals(/secret/.test(all), false, `${key.join()}: ${all}`);
    }
    const replay = await one.read("lobby", { after: 0, limit: 99 });
    assertEquals(texts(replay.events), "public   public public  delete delete an answer");
    assertEquals(await append(one, by("secret two", "n2")), "already 2");
  }));
