/** Ids as people and the tutorials' programs choose them: they must hold in every store, frame and log. @module */

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
