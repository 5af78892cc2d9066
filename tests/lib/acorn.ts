/** A parser of scripts; see `packages.ts` for why it is named here. @module */

// deno-lint-ignore no-import-prefix -- a name in deno.json would be downloaded when the server starts
import { parse, tokenizer } from "npm:acorn@8.15.0";

const OPTIONS = { ecmaVersion: "latest", sourceType: "module" } as const;

/**
 * The tokens of a script, each as a parser understands it; private names by the order in which they appear in a class, none of which may be
 * within another.
 *
 * @throws {SyntaxError} if it is none, or uses a private name that its class has not
 */
export function parserTokens(text: string): string[] {
  parse(text, OPTIONS);
  const names = new Map<unknown, number>();
  return Array.from(tokenizer(text, OPTIONS), (token) => {
    // Its types do not tell of the value, which every token has.
    const { type, value } = token as typeof token & { value: unknown };
    if (type.label === "class") names.clear();
    if (type.label !== "privateId") return `${type.label} ${value instanceof Object ? JSON.stringify(value) : value}`;
    if (!names.has(value)) names.set(value, names.size);
    return `privateId ${names.get(value)}`;
  });
}
