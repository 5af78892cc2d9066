/** A parser of scripts; see `packages.ts` for why it is named here. @module */

// deno-lint-ignore no-import-prefix -- a name in deno.json would be downloaded when the server starts
import { tokenizer } from "npm:acorn@8.15.0";

/** The tokens of a script, each as a parser understands it; private names by the order in which they appear. */
export function parserTokens(text: string): string[] {
  const names = new Map<unknown, number>();
  return Array.from(tokenizer(text, { ecmaVersion: "latest", sourceType: "module" }), (token) => {
    // Its types do not tell of the value, which every token has.
    const { type, value } = token as typeof token & { value: unknown };
    if (type.label !== "privateId") return `${type.label} ${value instanceof Object ? JSON.stringify(value) : value}`;
    if (!names.has(value)) names.set(value, names.size);
    return `privateId ${names.get(value)}`;
  });
}
