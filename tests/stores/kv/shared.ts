/** Two stores on one Deno KV file, events for them, and what must be right of changes. @module */

import { isMessage, type NewChange, type NewEvent, type StoredMessage } from "../../../chat/event/event.ts";
import { apply } from "../../../chat/event/kinds.ts";
import type { Appended, Refused } from "../../../chat/log/message_log.ts";
import type { Store } from "../../../chat/log/store.ts";
import { KvKey } from "../../../chat/stores/kv/keys.ts";
import { assert, assertEquals } from "../../lib/assert.ts";
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

export function commit(store: Store, ...events: NewEvent[]): Promise<(Appended | Refused)[]> {
  return store.commit(events.map((event) => ({ room: "lobby", event })), { ts: Date.now(), day: 0 });
}

/** An answer in short: its number, or why there is none. */
export function short(result: Appended | Refused | undefined): number | string {
  if (result === undefined) return "none";
  if ("refused" in result) return result.refused;
  return result.unchanged ? `unchanged since ${result.seq}` : result.duplicate ? `already ${result.seq}` : result.seq;
}

export async function append(store: Store, event: NewEvent): Promise<number | string> {
  return short((await commit(store, event))[0]);
}

export async function messageAt(store: Store, seq: number): Promise<StoredMessage> {
  const [event] = (await store.read("lobby", { only: [seq], limit: 1 })).events;
  assert(event !== undefined && isMessage(event));
  return event;
}

let nonces = 0;

export function edit(text: string, version: number, target = 1): NewChange {
  return { kind: "edit", id: "ada", name: "Ada", nonce: `${++nonces}`, target, version, text };
}

export function react(id: string, on = true, emoji = "👍", target = 1): NewChange {
  return { kind: "react", id, name: id, nonce: `${++nonces}`, target, emoji, on };
}

export function remove(target = 1): NewChange {
  return { kind: "delete", id: "ada", name: "Ada", nonce: `${++nonces}`, target };
}

export async function countKeys(kv: Deno.Kv, prefix: Deno.KvKey): Promise<number> {
  return (await Array.fromAsync(kv.list({ prefix }))).length;
}

/** Every message as the run of events makes it. */
async function replayed(store: Store): Promise<StoredMessage[]> {
  const messages = new Map<number, StoredMessage>();
  for (const event of (await store.read("lobby", { after: 0, limit: 1_000_000 })).events) {
    if (isMessage(event)) {
      // As it was before what follows in the run.
      const { rev: _, version: _v, reactions: _r, replies: _a, ...message } = event;
      messages.set(event.seq, message);
    }
    const target = messages.get((isMessage(event) ? event.reply : event.target) ?? 0);
    if (target !== undefined) messages.set(target.seq, apply(target, event));
  }
  return [...messages.values()];
}

/** That the messages are as the run of events makes them, and every count of reactions is that of the ids that are kept. */
export async function assertRight(store: Store, kv: Deno.Kv): Promise<void> {
  const { events } = await store.read("lobby", { limit: 1_000_000 });
  const made = new Map((await replayed(store)).map((message) => [message.seq, message]));
  for (const message of events.filter(isMessage)) {
    const { ordinal: _, ...wanted } = made.get(message.seq)!;
    const { ordinal: _o, ...got } = message;
    assertEquals(got, wanted);
    let standing = 0;
    for (const { emoji, count } of message.reactions ?? []) {
      const ids = await store.reactors("lobby", { target: message.seq, emoji, limit: 1_000 });
      assertEquals([ids.length, new Set(ids).size], [count, count]);
      standing += count;
    }
    if (!message.deleted) assertEquals(await countKeys(kv, KvKey.reactions("lobby", message.seq)), standing);
  }
}
