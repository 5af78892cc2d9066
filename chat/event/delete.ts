/** The end of a message: its text goes, its place stays. @module */

import type { KindRule } from "./rule.ts";

export const remove: KindRule<"delete"> = {
  check({ id }, { target }) {
    if (target.id !== id) return "not_allowed";
    return target.deleted ? "unchanged" : undefined;
  },
  // A reaction to a text that nobody can read any more says nothing, and a mention calls to nothing.
  apply: ({ seq, id, name, nonce, ts, version, reply, replies, ordinal }) => ({
    seq,
    id,
    name,
    text: "",
    ...(nonce === undefined ? {} : { nonce }),
    ts,
    ...(version === undefined ? {} : { version }),
    ...(reply === undefined ? {} : { reply }),
    ...(replies === undefined ? {} : { replies }),
    ...(ordinal === undefined ? {} : { ordinal }),
    deleted: true,
  }),
  rewrites: true,
  hides: ["reason"],
  forgets: [],
  recall: (change) => change,
  fallback: () => "(deleted a message)",
};
