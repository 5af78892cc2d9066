/**
 * Gives the variables of a script short names. What a name stands for is told from the tokens around it; only what the script declares is
 * renamed, and what it imports or exports is not. A test has a parser find that every name still means what it did.
 *
 * No scope is looked for. A name that is declared outside of all brackets is the script's own, and has the same short name in all of it. Any other
 * is of one part of it, a statement or a member of a class; each part has the same short names again, because what comes again compresses
 * well. Those begin with a small letter and the script's own with a capital one, so that they cannot meet.
 *
 * @module
 */

import { closes, opens } from "./tokens.ts";

/** What a name is; `both`: a property and a variable, as in `{ name }`; `fixed`: imported or exported. */
type Role = "variable" | "property" | "both" | "fixed";
type Inside = "block" | "object" | "class" | "names" | "others";

/** What is known of each token, by its index. */
export interface Script {
  tokens: readonly string[];
  roles: (Role | undefined)[];
  /** Where the bracket that it opens is closed. */
  ends: number[];
  /** Whether it is outside of all brackets. */
  outside: boolean[];
  /** The part of the script that it is in. */
  parts: number[];
}

const NAME = /^[A-Za-z_$][\w$]*$/;
/** `>` is the end of an arrow. */
const BEFORE_BLOCK = /^(?:[;{})>]|else|try|catch|finally|do|static)?$/;
const BEFORE_KEY = /^(?:[{,]|get|set|async)$/;
const BEFORE_MEMBER = /^(?:[{;}]|static|get|set|async)$/;
/** What does not go on with what a brace has ended. */
const BEGINS_PART = /^(?:[\w$#*[}]|$)/;
/** The scope of a script's own names; that of others is the number of their part. */
const OWN = -1;

/** @param tokens without blanks and comments @returns as many; a name that is both may be two with a colon between them */
export function withShortNames(tokens: readonly string[]): string[] {
  const script = read(tokens);
  const declared = declaredIn(script);
  const variables = [...tokens.keys()].filter((i) => /variable|both/.test(script.roles[i] ?? ""));
  const kept = new Set(tokens.filter((_, i) => script.roles[i] === "fixed"));
  const scopeOf = (i: number) => {
    const name = tokens[i]!;
    return kept.has(name) ? undefined : [OWN, script.parts[i]!].find((scope) => declared.get(scope)?.has(name));
  };
  const scopes = Map.groupBy(variables, scopeOf);
  for (const i of scopes.get(undefined) ?? []) kept.add(tokens[i]!);
  scopes.delete(undefined);
  const renamed = [...tokens];
  for (const [scope, all] of scopes) {
    const names = shortNames(all.map((i) => tokens[i]!), scope === OWN ? "A" : "a", kept);
    for (const i of all) {
      const short = names.get(tokens[i]!)!;
      renamed[i] = script.roles[i] === "both" ? `${tokens[i]}:${short}` : short;
    }
  }
  return renamed;
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

/** @param tokens without blanks and comments */
export function read(tokens: readonly string[]): Script {
  const script: Script = { tokens, roles: [], ends: [], outside: [], parts: [] };
  const around: { inside: Inside; begin: number }[] = [];
  let [part, isClass] = [0, false];
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1] ?? "";
    const after = tokens[i + 1] ?? "";
    if (closes(token)) script.ends[around.pop()!.begin] = i;
    const inside = around.at(-1)?.inside;
    isClass ||= token === "class" && NAME.test(after);
    if (NAME.test(token)) script.roles[i] = roleOf(before, after, inside, tokens[i - 2]);
    script.outside[i] = inside === undefined;
    script.parts[i] = part;
    if (opens(token)) {
      around.push({ inside: token !== "{" ? "others" : isClass ? "class" : insideOf(before), begin: i });
    }
    if (token === "{") isClass = false;
    const isBetweenParts = around.length === 0 || (around.length === 1 && around[0]!.inside === "class");
    if (isBetweenParts && (token === ";" || token === "{" || (token === "}" && BEGINS_PART.test(after)))) part++;
  }
  return script;
}

/** @param before what comes before a brace that begins no class */
function insideOf(before: string): Inside {
  if (before === "import" || before === "export") return "names";
  return BEFORE_BLOCK.test(before) ? "block" : "object";
}

function roleOf(before: string, after: string, inside: Inside | undefined, beforeThat = ""): Role {
  if (inside === "names") return "fixed";
  if (before === "." && beforeThat !== ".") return "property";
  // It is a factor, or a generator.
  const beforeStar = before === "*" ? beforeThat : before;
  if (inside === "class" && BEFORE_MEMBER.test(beforeStar)) return "property";
  if (inside !== "object" || !BEFORE_KEY.test(beforeStar)) return "variable";
  return /^[,}=]$/.test(after) ? "both" : "property";
}

/** The names that are declared, by scope. */
function declaredIn(script: Script): Map<number, Set<string>> {
  const { tokens, ends, outside, parts } = script;
  const declared = new Map<number, Set<string>>();
  const add = (names: string[], scope: number) => {
    declared.set(scope, new Set([...declared.get(scope) ?? [], ...names]));
  };
  for (const [i, token] of tokens.entries()) {
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
    } else if (/variable|both/.test(roles[i] ?? "")) names.push(tokens[i]!);
  }
  return names;
}
