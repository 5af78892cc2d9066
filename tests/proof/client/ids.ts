/** Ids as people and the tutorials' programs choose them, which must hold in every store, frame and log; and such as can be proven. @module */

import { createHash } from "node:crypto";

const SHAPES = [
  (name: string) => name,
  (name: string) => `José ${name}`,
  (name: string) => `0.48273${name}`,
  (name: string) => `${name}@example.com`,
  (name: string) => `山田:"${name}"`,
  (name: string) => `{'\\%${name}`,
  (name: string) => `a😀${name}#?&`,
];

/** The id of a client that is called so, always the same; no two names have one. */
export function idOf(name: string): string {
  const number = Number(name.replace(/\D/g, ""));
  return SHAPES[number % SHAPES.length]!(name);
}

/** An id that can be proven, and its secret: as `chat/protocol.md` makes the one from the other. */
export function provenOf(name: string): { id: string; key: string } {
  const key = `the secret of ${name}, which is long enough`;
  return { id: `k-${createHash("sha256").update(key).digest("hex").slice(0, 32)}`, key };
}
