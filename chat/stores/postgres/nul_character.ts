/** Postgres keeps every character in a text but U+0000. Here it becomes two, and comes back as it was. @module */

const ESCAPED = { "\0": "\u00010", "\u0001": "\u00011" } as const;

export function escapeNul(text: string): string {
  // deno-lint-ignore no-control-regex -- it finds what Postgres does not keep
  return text.replace(/[\0\u0001]/g, (character) => ESCAPED[character as keyof typeof ESCAPED]);
}

export function unescapeNul(text: string): string {
  // deno-lint-ignore no-control-regex -- it finds what stands for that
  return text.includes("\u0001") ? text.replace(/\u0001([01])/g, (_, digit) => digit === "0" ? "\0" : "\u0001") : text;
}
