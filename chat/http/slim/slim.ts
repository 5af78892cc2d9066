/**
 * Makes scripts and style sheets smaller without a change of what they do: a third of what a phone would load is comments, types,
 * blanks, long names and functions that it does not use. A browser's tools can format them.
 *
 * @module
 */

import { shortName, withShortNames } from "./short_names.ts";
import { tokensOf } from "./tokens.ts";
import { withoutUnused } from "./unused.ts";

/** A script without comments, needless blanks and what it does not use, and with short names. What it exports stands in a list. */
export function slimScript(text: string): string {
  const all = withoutUnused(tokensOf(text).filter((token) => !token.startsWith("//") && !token.startsWith("/*")));
  const isBlank = (token: string | undefined) => token?.trim() === "";
  const tokens = all.filter((token) => !isBlank(token));
  const hasBlank = all.flatMap((token, i) => isBlank(token) ? [] : [isBlank(all[i - 1])]);
  /** Those of one class: each begins again, so that the same short names come again and again. No class is within another. */
  const names = new Map<string, string>();
  const slim: string[] = [];
  for (const [i, name] of withShortNames(tokens).entries()) {
    if (tokens[i] === "class" && /^\w/.test(tokens[i + 1] ?? "")) names.clear();
    // The last statement, or part, needs no end.
    if (/^(?:,[\])}]|;\})$/.test(name + tokens[i + 1])) continue;
    const token = name.startsWith("#") ? shortPrivateName(name, names) : name;
    if (hasBlank[i] && isNeeded(slim.at(-1)?.at(-1) ?? "", token)) slim.push(" ");
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
