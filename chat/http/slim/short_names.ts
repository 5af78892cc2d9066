/**
 * Gives the variables of a script short names. Only what the script declares is renamed, and what it imports or exports is not. A test has a
 * parser find that every name still means what it did.
 *
 * No scope is looked for. A name that is declared outside of all brackets is the script's own, and has the same short name in all of it. Any other
 * is of one part of it, a statement or a member of a class; each part has the same short names again, because what comes again compresses
 * well. Those begin with a small letter and the script's own with a capital one, so that they cannot meet.
 *
 * @module
 */

import { isVariable, type Script } from "./script.ts";
import { opens } from "./tokens.ts";

/** The scope of a script's own names; that of others is the number of their part. */
const OWN = -1;
/** Words for which there is something shorter. That a constant stays one is seen to before. */
const SHORTER = new Map([["const", "let"], ["undefined", "void 0"], ["true", "!0"], ["false", "!1"]]);

/** @returns as many tokens as the script has; a name that is both may be two with a colon between them */
export function withShortNames(script: Script): string[] {
  const { tokens } = script;
  const declared = declaredIn(script);
  const variables = [...tokens.keys()].filter((i) => isVariable(script.roles[i]));
  const kept = new Set(tokens.filter((_, i) => script.roles[i] === "fixed"));
  const scopeOf = (i: number) => {
    const name = tokens[i]!;
    return kept.has(name) ? undefined : [OWN, script.parts[i]!].find((scope) => declared.get(scope)?.has(name));
  };
  const scopes = Map.groupBy(variables, scopeOf);
  const others = scopes.get(undefined) ?? [];
  for (const i of others) kept.add(tokens[i]!);
  scopes.delete(undefined);
  for (const [scope, all] of scopes) {
    if (scope === OWN) continue;
    const stay = namesOfProperties(script, all);
    for (const name of stay) kept.add(name);
    scopes.set(scope, all.filter((i) => !stay.has(tokens[i]!)));
  }
  const renamed = [...tokens];
  for (const i of others) renamed[i] = SHORTER.get(tokens[i]!) ?? tokens[i]!;
  for (const [scope, all] of scopes) {
    const names = shortNames(all.map((i) => tokens[i]!), scope === OWN ? "A" : "a", kept);
    for (const i of all) {
      const short = names.get(tokens[i]!)!;
      renamed[i] = script.roles[i] === "both" ? `${tokens[i]}:${short}` : short;
    }
  }
  return renamed;
}

/**
 * The names that are properties as well, as in `{ name }`, at least as often as they are not: two names with a colon between them would be longer, and the name of a
 * property comes again and again.
 */
function namesOfProperties({ tokens, roles }: Script, used: number[]): Set<string> {
  const names = Map.groupBy(used, (i) => tokens[i]!);
  const isOne = (places: number[]) => 2 * places.filter((i) => roles[i] === "both").length >= places.length;
  return new Set(Array.from(names).filter(([, places]) => isOne(places)).map(([name]) => name));
}

/** The shortest for those that come most often. @param used all of them, as often as they come */
function shortNames(used: string[], first: string, kept: Set<string>): Map<string, string> {
  const names = [...Map.groupBy(used, (name) => name)].sort(([, a], [, b]) => b.length - a.length);
  let count = 0;
  const next = (): string => {
    const short = shortName(count++, first);
    return kept.has(short) ? next() : short;
  };
  return new Map(names.map(([name]) => [name, next()]));
}

/** A letter, and if need be a number with digits and capital letters behind it: so it is no word of the language. @param first which letter is that of 0 */
export function shortName(count: number, first: string): string {
  const letter = String.fromCharCode(first.charCodeAt(0) + count % 26);
  return count < 26 ? letter : letter + (Math.floor(count / 26) - 1).toString(36).toUpperCase();
}

/** The names that are declared, by scope. */
function declaredIn(script: Script): Map<number, Set<string>> {
  const { tokens, ends, outside, parts } = script;
  const declared = new Map<number, Set<string>>();
  const add = (names: string[], scope: number) => {
    const known = declared.get(scope) ?? new Set();
    for (const name of names) known.add(name);
    declared.set(scope, known);
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const scope = outside[i] ? OWN : parts[i]!;
    if (script.roles[i] === "variable") {
      if (token === "const" || token === "let") add(boundIn(script, i + 1, tokens.length), scope);
      if (token === "function" || token === "class") add(boundIn(script, i + 1, i + 2), scope);
    }
    if (token === "(" && hasParameters(script, i)) add(boundIn(script, i + 1, ends[i]!), parts[i]!);
  }
  return declared;
}

/** Whether a bracket is that of a function, or of `catch`. */
function hasParameters({ tokens, ends }: Script, begin: number): boolean {
  const after = tokens.slice(ends[begin]! + 1, ends[begin]! + 3).join("");
  const before = tokens[begin - 1] ?? "";
  return after === "=>" || (after[0] === "{" && !/^(?:if|for|while|switch)$/.test(before));
}

/** The names that a list of patterns binds; values and defaults are passed over. */
function boundIn(script: Script, begin: number, end: number): string[] {
  const { tokens, roles, ends } = script;
  const names: string[] = [];
  const isOver = (i: number) => tokens[i] === ";" || (roles[i] === "variable" && /^(?:of|in)$/.test(tokens[i]!));
  for (let i = begin; i < end && !isOver(i); i++) {
    if (tokens[i] === "=") {
      while (i < end && !/^[,;)]$/.test(tokens[i]!)) i = (ends[i] ?? i) + 1;
      i--;
    } else if (opens(tokens[i]!)) {
      names.push(...boundIn(script, i + 1, ends[i]!));
      i = ends[i]!;
    } else if (isVariable(roles[i])) names.push(tokens[i]!);
  }
  return names;
}
