/** An emoji at a message. @module */

import { EMOJI_PER_MESSAGE } from "../limits.ts";
import type { Reactions } from "./event.ts";
import type { KindRule } from "./rule.ts";

export const react: KindRule<"react"> = {
  check({ emoji, on }, { target, reacted = false }) {
    if (target.deleted) return "deleted";
    if (on === reacted) return "unchanged";
    const others = target.reactions?.filter((one) => one.emoji !== emoji) ?? [];
    return on && others.length >= EMOJI_PER_MESSAGE ? "too_many_emoji" : undefined;
  },
  says: ["emoji", "on"],
  apply({ reactions: before = [], ...message }, { emoji, on }) {
    const reactions = counted(before, emoji, on ? 1 : -1);
    return reactions.length === 0 ? message : { ...message, reactions };
  },
  fallback: ({ emoji, on }) => on ? `reacted ${emoji} to a message` : `took back the reaction ${emoji}`,
};

function counted(before: Reactions[], emoji: string, by: number): Reactions[] {
  const all = before.some((one) => one.emoji === emoji) ? before : [...before, { emoji, count: 0 }];
  return all.map((one) => one.emoji === emoji ? { ...one, count: one.count + by } : one).filter(({ count }) =>
    count > 0
  );
}
