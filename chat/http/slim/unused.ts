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
  const uses = new Map<string, number>();
  const count = (from: number, to: number, by: 1 | -1) => {
    for (let i = from; i < to; i++) {
      const name = script.tokens[i]!;
      if (isName(script.roles[i])) uses.set(name, (uses.get(name) ?? 0) + by);
    }
  };
  count(0, places.length, 1);
  const left = [...tokens];
  let declarations = declarationsIn(script);
  let unused: Declaration[];
  do {
    // What only those that are left out used is used no more.
    unused = declarations.filter(({ name }) => uses.get(name) === 1);
    declarations = declarations.filter(({ name }) => uses.get(name) !== 1);
    for (const { begin, end } of unused) {
      left.fill("", places[begin], places[end]! + 1);
      count(begin, end + 1, -1);
    }
  } while (unused.length > 0);
  return left.filter((token) => token !== "");
}

/** What may be left out: its first and its last token. */
interface Declaration {
  name: string;
  begin: number;
  end: number;
}

function declarationsIn(script: Script): Declaration[] {
  const declarations: Declaration[] = [];
  for (let i = 0; i < script.tokens.length; i++) {
    const token = script.tokens[i]!;
    if (!script.outside[i] || (token !== "const" && token !== "function")) continue;
    const begin = script.tokens[i - 1] === "async" ? i - 1 : i;
    const end = script.tokens[begin - 1] === "export" ? undefined : endOf(script, i);
    if (end !== undefined) declarations.push({ name: script.tokens[i + 1]!, begin, end });
  }
  return declarations;
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
