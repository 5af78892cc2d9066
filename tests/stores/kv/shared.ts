/** Two stores on one Deno KV file. @module */

import type { Store } from "../../../chat/log/store.ts";
import { KvKey } from "../../../chat/stores/kv/keys.ts";
import { assertRight as assertRightIn } from "../changing.ts";
import { Folder, openKv } from "../in_folder.ts";

/** Two stores on one database, and the database itself. */
export interface Shared {
  one: Store;
  two: Store;
  kv: Deno.Kv;
}

export async function inShared(work: (shared: Shared) => Promise<void>): Promise<void> {
  await using folder = new Folder("chat.kv");
  const [one, two] = [await openKv(folder.file), await openKv(folder.file)];
  using kv = await Deno.openKv(folder.file);
  try {
    await work({ one, two, kv });
  } finally {
    await one.close();
    await two.close();
  }
}

/**
 * Has something done between two steps of a commit, or of a read: before it reads for the n-th time, or before it is made, if that comes first.
 *
 * @returns whether there was such a step
 */
export async function before(
  step: number,
  meddle: () => Promise<unknown>,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const { get, getMany, list } = Deno.Kv.prototype;
  const { commit } = Deno.AtomicOperation.prototype;
  let steps = 0;
  const putBack = () => {
    Deno.Kv.prototype.get = get;
    Deno.Kv.prototype.getMany = getMany;
    Deno.Kv.prototype.list = list;
    Deno.AtomicOperation.prototype.commit = commit;
  };
  const count = async () => {
    if (++steps !== step) return;
    putBack();
    await meddle();
  };
  Deno.Kv.prototype.get = async function (this: Deno.Kv, ...args: Parameters<typeof get>) {
    await count();
    return await get.apply(this, args);
  } as typeof get;
  Deno.Kv.prototype.getMany = async function (this: Deno.Kv, ...args: Parameters<typeof getMany>) {
    await count();
    return await getMany.apply(this, args);
  } as typeof getMany;
  Deno.Kv.prototype.list = function (this: Deno.Kv, ...args: Parameters<typeof list>) {
    const found = list.apply(this, args);
    const next = found.next.bind(found);
    let counted: Promise<void> | undefined;
    found.next = async () => {
      await (counted ??= count());
      return await next();
    };
    return found;
  } as typeof list;
  Deno.AtomicOperation.prototype.commit = async function () {
    await count();
    return await commit.call(this);
  };
  try {
    await work();
  } finally {
    putBack();
  }
  return steps >= step;
}

export async function countKeys(kv: Deno.Kv, prefix: Deno.KvKey): Promise<number> {
  return (await Array.fromAsync(kv.list({ prefix }))).length;
}

/** That the messages and the reactions are right. */
export function assertRight(store: Store, kv: Deno.Kv): Promise<void> {
  return assertRightIn(store, (seq) => countKeys(kv, KvKey.reactions("lobby", seq)));
}
