/** What is kept of ids. @module */

import type { Clock } from "../../base/clock.ts";
import type { Identities, Standing } from "../../log/identities.ts";
import { KvKey } from "./keys.ts";
import { put, tryCommit, untilCommitted } from "./try_commit.ts";

/** The claim that was offered last: the SHA-256 of its secret, and who has taken it. */
interface ClaimValue {
  claim: string;
  by?: string;
}

/** @param run runs work on the store, as its own: with its errors */
export function identitiesIn(
  kv: Deno.Kv,
  clock: Clock,
  run: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): Identities {
  const find = async (id: string) => (await kv.get<Standing>(KvKey.identity(id))).value ?? {};
  return {
    find: (id) => run("look for an id", () => find(id)),
    revoke: (id, next) =>
      run("call an id back", () =>
        untilCommitted(clock, async () => {
          const known = await kv.get<Standing>(KvKey.identity(id));
          if (known.value?.revoked) return true;
          const standing: Standing = { ...known.value, revoked: true, ...next === undefined ? {} : { next } };
          return (await tryCommit(kv.atomic().check(known).set(known.key, standing))).ok || undefined;
        })).then(() => {}),
    offer: (claim) => run("store a claim", () => put(kv, clock, KvKey.claim, { claim })),
    claim: (claim, id) =>
      run("use a claim up", () =>
        untilCommitted(clock, async () => {
          const [offered, known] = await kv.getMany<[ClaimValue, Standing]>([KvKey.claim, KvKey.identity(id)]);
          if (offered.value?.claim !== claim || (offered.value.by ?? id) !== id) return false;
          const taken = kv.atomic().check(offered, known).set(offered.key, { claim, by: id });
          return (await tryCommit(taken.set(known.key, { ...known.value, operator: true }))).ok || undefined;
        })),
  };
}
