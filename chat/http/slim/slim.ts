/**
 * Makes scripts and style sheets smaller without a change of what they do: a third of what a phone would load is comments, types,
 * blanks, long names and functions that it does not use. A browser's tools can format them.
 *
 * @module
 */

import { setImmediate as turn } from "node:timers/promises";
import { read } from "./script.ts";
import { shortName, withShortNames } from "./short_names.ts";
import { tokensOf } from "./tokens.ts";
import { withoutUnused } from "./unused.ts";

/**
 * A script without comments, needless blanks and what it does not use, and with short names. What it exports stands in a list.
 *
 * Before each of its steps the event loop takes a turn: a large script takes 0.15 s in all, for which everybody who is connected would wait.
 */
export async function slimScript(text: string): Promise<string> {
  await turn();
  const code = tokensOf(text).filter((token) => !token.startsWith("//") && !token.startsWith("/*"));
  await turn();
  const used = withoutUnused(code);
  await turn();
  const { tokens, apart } = withoutBlanks(used);
  const script = read(tokens);
  await turn();
  const renamed = withShortNames(script);
  await turn();
  return joined(tokens, renamed, apart);
}

/** @returns the tokens that are no blanks, and the places of those with a blank before them */
function withoutBlanks(all: readonly string[]): { tokens: string[]; apart: Set<number> } {
  const tokens: string[] = [];
  const apart = new Set<number>();
  for (const token of all) {
    if (token.trim() === "") apart.add(tokens.length);
    else tokens.push(token);
  }
  return { tokens, apart };
}

/** @param renamed the tokens with short names */
function joined(tokens: readonly string[], renamed: readonly string[], apart: ReadonlySet<number>): string {
  /** Those of one class: each begins again, so that the same short names come again and again. No class is within another. */
  const names = new Map<string, string>();
  const slim: string[] = [];
  for (let i = 0; i < renamed.length; i++) {
    const name = renamed[i]!;
    if (tokens[i] === "class" && /^\w/.test(tokens[i + 1] ?? "")) names.clear();
    // The last statement, or part, needs no end.
    if (/^(?:,[\])}]|;\})$/.test(name + tokens[i + 1])) continue;
    const token = name.startsWith("#") ? shortPrivateName(name, names) : name;
    if (apart.has(i) && isNeeded(slim.at(-1)?.at(-1) ?? "", token)) slim.push(" ");
    slim.push(token);
  }
  return slim.join("");
}

/** Whether what stands beside each other would become something else without a blank. */
function isNeeded(before: string, [after = ""]: string): boolean {
  return /[\w$]/.test(before) && /[\w$#]/.test(after) || (before === after && /[-+]/.test(after));
}

function shortPrivateName(name: string, names: Map<string, string>): string {
  const short = names.get(name) ?? `#${shortName(names.size, "a")}`;
  names.set(name, short);
  return short;
}

/** A script or a style sheet without comments that have lines of their own. */
export function withoutComments(text: string): string {
  return text.replace(/^[ \t]*(?:\/\/.*|\/\*(?:(?!\*\/)[^])*\*\/[ \t]*)\n/gm, "");
}

/** A style sheet without needless blanks, too. */
export function slimSheet(text: string): string {
  return withoutComments(text).replace(/"[^"]*"|\s*([{};])\s*|([,:])\s+/g, (all, end, sign) => end ?? sign ?? all);
}

/** A page without indentation, but for what is shown with it. */
export function slimPage(text: string): string {
  return text.replace(/<pre[^]*?<\/pre>|\n\s+/g, (all) => all.startsWith("<") ? all : "\n");
}
