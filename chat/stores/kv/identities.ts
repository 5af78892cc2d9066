/** What is kept of ids. @module */

import type { Identities, Standing } from "../../log/identities.ts";
import { KV_TRIES } from "./bounds.ts";
import { KvKey } from "./keys.ts";

/** The claim that was offered last: the SHA-256 of its secret, and who has taken it. */
interface ClaimValue {
  claim: string;
  by?: string;
}

/** @param run runs work on the store, as its own: with its errors */
export function identitiesIn(kv: Deno.Kv, run: <T>(what: string, work: () => Promise<T>) => Promise<T>): Identities {
  const find = async (id: string) => (await kv.get<Standing>(KvKey.identity(id))).value ?? {};
  return {
    find: (id) => run("look for an id", () => find(id)),
    revoke: (id, next) =>
      run("call an id back", () =>
        untilCommitted(async () => {
          const known = await kv.get<Standing>(KvKey.identity(id));
          if (known.value?.revoked) return true;
          const standing: Standing = { ...known.value, revoked: true, ...next === undefined ? {} : { next } };
          return (await kv.atomic().check(known).set(known.key, standing).commit()).ok || undefined;
        })).then(() => {}),
    offer: (claim) => run("store a claim", async () => void await kv.set(KvKey.claim, { claim })),
    claim: (claim, id) =>
      run("use a claim up", () =>
        untilCommitted(async () => {
          const [offered, known] = await kv.getMany<[ClaimValue, Standing]>([KvKey.claim, KvKey.identity(id)]);
          if (offered.value?.claim !== claim || (offered.value.by ?? id) !== id) return false;
          const taken = kv.atomic().check(offered, known).set(offered.key, { claim, by: id });
          return (await taken.set(known.key, { ...known.value, operator: true }).commit()).ok || undefined;
        })),
  };
}

/** Tries again what others came before. @param attempt gives nothing in that case */
export async function untilCommitted<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < KV_TRIES; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new Error("it changes faster than it can be read");
}
