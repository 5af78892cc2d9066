/**
 * What the names of a script stand for, its brackets and its parts, as far as the tokens around them tell it: our own formatted files need no more. A test
 * has a parser find that what is made by it means the same.
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

/** Reads a script. @param tokens without blanks and comments */
export function read(tokens: readonly string[]): Script {
  const { length } = tokens;
  // Of their whole length at once: an array that is filled in another order would become a table, which is slow.
  const script: Script = {
    tokens,
    roles: new Array(length),
    ends: new Array(length),
    outside: new Array(length),
    parts: new Array(length),
  };
  const around: { inside: Inside; begin: number }[] = [];
  let [part, isClass] = [0, false];
  // Counted, here and elsewhere: to take each entry with its index apart is four times as slow, until the code is compiled.
  for (let i = 0; i < length; i++) {
    const token = tokens[i]!;
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

/** Whether it can be renamed, if the script declares it, or uses what is declared. */
export function isVariable(role: Role | undefined): boolean {
  return role === "variable" || role === "both";
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
