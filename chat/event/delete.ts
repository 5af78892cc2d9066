/** The end of a message: its text goes, its place stays. @module */

import { only } from "./fields.ts";
import type { KindRule } from "./rule.ts";

export const remove: KindRule<"delete"> = {
  check({ id }, { target, moderates }) {
    if (target.id !== id && !moderates?.(target.id)) return "not_allowed";
    return target.deleted ? "unchanged" : undefined;
  },
  says: [],
  erases: true,
  // All else goes, with whatever a newer version has written there: only what is known to say nothing stays.
  apply: (message) => ({
    ...only(message, ["seq", "id", "name", "nonce", "ts", "reply", "replies", "ordinal"]),
    text: "",
    deleted: true,
  }),
  hides: ["reason"],
  fallback: () => "(deleted a message)",
};
