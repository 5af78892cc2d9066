/** Another text for a message. @module */

import { EDIT_MS } from "../limits.ts";
import type { KindRule } from "./rule.ts";

export const edit: KindRule<"edit"> = {
  check({ id, text, version, mentions }, { target, editMs = EDIT_MS }, now) {
    if (target.id !== id) return "not_allowed";
    if (target.deleted) return "deleted";
    if (now - target.ts > editMs) return "too_late";
    // Sent again after its nonce was forgotten, it would otherwise undo a newer edit.
    if (version !== (target.version ?? 0)) return "conflict";
    const same = text === target.text && JSON.stringify(mentions ?? []) === JSON.stringify(target.mentions ?? []);
    return same ? "unchanged" : undefined;
  },
  says: ["text", "mentions"],
  settle: (event) => ({ ...event, version: event.version + 1 }),
  erases: true,
  apply(message, { text, version, mentions, deleted }) {
    if (deleted) return message;
    const { mentions: _, ...rest } = message;
    return mentions === undefined ? { ...rest, text, version } : { ...rest, text, version, mentions };
  },
  // An old text is never read again.
  forgets: ["text", "version", "mentions"],
  recall(change, target) {
    if (target === undefined || target.deleted) return { ...change, text: "", version: 0, deleted: true };
    const { text, version = 0, mentions } = target;
    return mentions === undefined ? { ...change, text, version } : { ...change, text, version, mentions };
  },
  fallback: ({ text, deleted }) => deleted ? "* (deleted)" : `* ${text}`,
};
