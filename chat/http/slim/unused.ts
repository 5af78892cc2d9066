/** Leaves out what a script has and does not use: a module is joined for one thing that it exports, and brings the others along. @module */

import { read, type Script } from "./script.ts";

/**
 * A script without the functions, and constants that are a number or a text, of which it has only the declaration: nothing happens by that.
 *
 * @param tokens without comments
 */
export function withoutUnused(tokens: readonly string[]): string[] {
  const places = [...tokens.keys()].filter((i) => tokens[i]!.trim() !== "");
  const script = read(places.map((i) => tokens[i]!));
  const uses = Map.groupBy(script.tokens.keys().filter((i) => isName(script.roles[i])), (i) => script.tokens[i]!);
  const left = [...tokens];
  for (const i of script.tokens.keys()) {
    const begin = script.tokens[i - 1] === "async" ? i - 1 : i;
    const isUsed = uses.get(script.tokens[i + 1]!)?.length !== 1 || script.tokens[begin - 1] === "export";
    const end = !script.outside[i] || isUsed ? undefined : endOf(script, i);
    if (end === undefined) continue;
    left.fill("", places[begin]!, places[end]! + 1);
  }
  // What only they used is used no more.
  return left.includes("") ? withoutUnused(left.filter((token) => token !== "")) : left;
}

function isName(role: string | undefined): boolean {
  return role !== undefined && role !== "property";
}

/** The last token of a declaration that may be left out, if that is what begins there. */
function endOf({ tokens, ends }: Script, begin: number): number | undefined {
  if (tokens[begin] === "function" && tokens[begin + 2] === "(") return ends[ends[begin + 2]! + 1];
  if (tokens[begin] !== "const" || tokens[begin + 2] !== "=") return undefined;
  const end = tokens.indexOf(";", begin);
  const value = tokens.slice(begin + 3, end);
  return value.every((token) => /^(?:\d|\*$|\.$|")/.test(token)) ? end : undefined;
}
