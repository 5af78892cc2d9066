/** Bots. @module */

import type { Clock } from "../../base/clock.ts";
import { BOTS } from "../../log/bounds.ts";
import type { Bot, Bots } from "../../log/bots.ts";
import { KvKey } from "./keys.ts";
import { tryCommit, untilCommitted } from "./try_commit.ts";

/** @param run runs work on the store, as its own: with its errors */
export function botsIn(
  kv: Deno.Kv,
  clock: Clock,
  run: <T>(what: string, work: () => Promise<T>) => Promise<T>,
): Bots {
  const list = async () => {
    const found = await Array.fromAsync(kv.list<BotValue>({ prefix: KvKey.bots }, { limit: BOTS }));
    return found.map(({ value: { secret: _secret, ...bot } }) => bot);
  };
  return {
    add: (bot, secret) =>
      run("store a bot", () =>
        untilCommitted(clock, async () => {
          // Counted before they are read: one that comes between the two must not be missed.
          const count = await kv.get<number>(KvKey.botCount);
          const all = await list();
          if (all.length >= BOTS || all.some(({ name }) => name === bot.name)) return false;
          // Two that come at once must not be more than there may be, nor have one name.
          const added = kv.atomic().check(count).set(count.key, (count.value ?? 0) + 1);
          added.set(KvKey.bot(bot.name), { ...bot, secret }).set(KvKey.botSecret(secret), bot.name);
          return (await tryCommit(added)).ok || undefined;
        })),
    list: () => run("read bots", list),
    find: (secret) =>
      run("look for a bot", async () => {
        const { value: name } = await kv.get<string>(KvKey.botSecret(secret));
        if (name === null) return undefined;
        const { value } = await kv.get<BotValue>(KvKey.bot(name));
        if (value?.secret !== secret) return undefined;
        const { secret: _secret, ...bot } = value;
        return bot;
      }),
    remove: (name) =>
      run("remove a bot", () =>
        untilCommitted(clock, async () => {
          const known = await kv.get<BotValue>(KvKey.bot(name));
          if (known.value === null) return false;
          const removal = kv.atomic().check(known).delete(known.key).delete(KvKey.botSecret(known.value.secret));
          return (await tryCommit(removal)).ok || undefined;
        })),
  };
}

/** @property secret its SHA-256, in hexadecimal */
interface BotValue extends Bot {
  secret: string;
}
