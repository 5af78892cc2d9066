/** An emoji at a message. @module */

import { EMOJI_PER_MESSAGE } from "../limits.ts";
import type { Reactions } from "./event.ts";
import type { KindRule } from "./rule.ts";

export const react: KindRule<"react"> = {
  check({ on }, { target, reacted = false, otherEmoji = 0 }) {
    if (target.deleted) return "deleted";
    if (on === reacted) return "unchanged";
    return on && otherEmoji >= EMOJI_PER_MESSAGE ? "too_many_emoji" : undefined;
  },
  says: ["emoji", "on"],
  apply({ reactions: before = [], ...message }, { emoji, on }) {
    const reactions = on ? added(before, emoji) : taken(before, emoji);
    return reactions.length === 0 ? message : { ...message, reactions };
  },
  fallback: ({ emoji, on }) => on ? `reacted ${emoji} to a message` : `took back the reaction ${emoji}`,
};

function added(reactions: Reactions[], emoji: string): Reactions[] {
  if (!reactions.some((one) => one.emoji === emoji)) return [...reactions, { emoji, count: 1 }];
  return reactions.map((one) => one.emoji === emoji ? { ...one, count: one.count + 1 } : one);
}

function taken(reactions: Reactions[], emoji: string): Reactions[] {
  return reactions.map((one) => one.emoji === emoji ? { ...one, count: one.count - 1 } : one)
    .filter(({ count }) => count > 0);
}
