/** Stores keep which ids were called back, and who has taken a claim. @module */

import { assertEquals } from "../../lib/assert.ts";
import type { Case } from "./case.ts";

export const IDENTITIES: Case[] = [
  ["an id that was called back stays so, with what was said first of who follows", async (tested) => {
    const log = await tested.log();
    assertEquals(await log.identities!.find("k-ada"), {});
    await log.identities!.revoke("k-ada", "k-ada2");
    await log.identities!.revoke("k-ada", "k-eve");
    await log.identities!.revoke("k-bob");
    await log.close();
    const { identities } = await tested.log();
    assertEquals(await identities!.find("k-ada"), { revoked: true, next: "k-ada2" });
    assertEquals(await identities!.find("k-bob"), { revoked: true });
    assertEquals(await identities!.find("k-ada2"), {});
  }, "persistent"],

  ["of fifty who take a claim at once one has it, and may ask again", async (tested) => {
    const { identities } = await tested.log();
    await identities!.offer("c1");
    const ids = Array.from({ length: 50 }, (_, n) => `k-${n}`);
    const taken = await Promise.all(ids.map((id) => identities!.claim("c1", id)));
    const winners = ids.filter((_, n) => taken[n]);
    assertEquals(winners.length, 1);
    assertEquals(await identities!.claim("c1", winners[0]!), true);
    assertEquals(await identities!.claim("c1", "k-late"), false);
    const standings = await Promise.all(ids.map((id) => identities!.find(id)));
    assertEquals(standings.filter(({ operator }) => operator).length, 1);
    assertEquals(await identities!.find(winners[0]!), { operator: true });
  }],

  ["a claim gives way to the next one", async (tested) => {
    const { identities } = await tested.log();
    assertEquals(await identities!.claim("c1", "k-ada"), false);
    await identities!.offer("c1");
    await identities!.offer("c2");
    assertEquals(await identities!.claim("c1", "k-ada"), false);
    assertEquals(await identities!.claim("c2", "k-ada"), true);
    await identities!.revoke("k-ada");
    assertEquals(await identities!.find("k-ada"), { revoked: true, operator: true });
  }],
];
