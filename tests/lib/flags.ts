/** The flags of the programs among the tests: read, checked, and refused in a sentence. @module */

import { parseArgs } from "node:util";
import { replacePart } from "./report_page.ts";

/** What a flag takes. */
export type Flag =
  /** Nothing. */
  | { type: "switch" }
  /** Any text. */
  | { type: "text"; default?: string }
  /** A number in these bounds, both included. */
  | { type: "number"; min: number; max: number; whole?: boolean; default?: number }
  /** Some of these names, with commas between. */
  | { type: "names"; known: readonly string[] }
  /** A page with a part that is written by so and so; see `report_page.ts`. */
  | { type: "page"; by: string };

type Value<F extends Flag> = F extends { type: "switch" } ? boolean
  : F extends { type: "names" } ? string[]
  : F extends { type: "number"; default: number } ? number
  : F extends { type: "text"; default: string } ? string
  : F extends { type: "number" } ? number | undefined
  : string | undefined;

/** The values of flags; of a list of names that is not given, none. */
export type Values<Flags extends Record<string, Flag>> = { [Name in keyof Flags]: Value<Flags[Name]> };

/** What is wrong with a flag, in a sentence. */
export class FlagError extends Error {}

/**
 * Reads flags.
 *
 * @throws {FlagError} if there is one that is not known, or one whose value is not what it takes
 */
export function readFlags<const Flags extends Record<string, Flag>>(flags: Flags, args: string[]): Values<Flags> {
  const options = Object.fromEntries(
    Object.entries(flags).map((
      [name, { type }],
    ) => [name, { type: type === "switch" ? "boolean" : "string" } as const]),
  );
  const given = new Map<string, string | true>();
  for (const token of parseArgs({ args, options, strict: false, tokens: true }).tokens) {
    if (token.kind === "positional") {
      throw new FlagError(`Cannot use the argument ${token.value}: only flags are understood`);
    }
    if (token.kind !== "option") continue;
    const flag = flags[token.name];
    if (flag === undefined) throw new FlagError(`Cannot use ${token.rawName}: there is no such flag`);
    if (flag.type === "switch") {
      if (token.value !== undefined) throw new FlagError(`Cannot use ${token.rawName}: it takes no value`);
      given.set(token.name, true);
    } else if (!token.value) throw new FlagError(`Cannot use ${token.rawName}: it must be followed by a value`);
    else given.set(token.name, token.value);
  }
  const values = Object.entries(flags).map(([name, flag]) => [name, readValue(`--${name}`, flag, given.get(name))]);
  return Object.fromEntries(values);
}

/** {@linkcode readFlags} for a program: prints the usage and ends with 0 for `--help`, and with 2 for what is wrong. */
export function programFlags<const Flags extends Record<string, Flag>>(usage: string, flags: Flags): Values<Flags> {
  if (Deno.args.some((arg) => arg === "--help" || arg === "-h")) {
    Deno.stdout.writeSync(new TextEncoder().encode(`Usage: ${usage}\n`));
    Deno.exit(0);
  }
  try {
    return readFlags(flags, Deno.args);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return refuse(error.message, usage);
  }
}

/** Ends a program that was called wrongly. */
export function refuse(message: string, usage: string): never {
  Deno.stderr.writeSync(new TextEncoder().encode(`${message}\nUsage: ${usage}\n`));
  Deno.exit(2);
}

function readValue(name: string, flag: Flag, given: string | true | undefined): unknown {
  if (flag.type === "switch") return given === true;
  const text = given as string | undefined;
  if (flag.type === "names") return text === undefined ? [] : readNames(name, flag.known, text.split(","));
  if (text === undefined) return "default" in flag ? flag.default : undefined;
  if (flag.type === "number") return readNumber(name, flag, text);
  if (flag.type === "page") checkPage(name, flag.by, text);
  return text;
}

function readNames(flag: string, known: readonly string[], names: string[]): string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new FlagError(`Cannot use ${flag}: it must be some of ${known.join(", ")}: received ${unknown}`);
}

function readNumber(flag: string, { min, max, whole }: Flag & { type: "number" }, text: string): number {
  const number = Number(text);
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return number;
  const kind = whole ? "a whole number" : "a number";
  throw new FlagError(`Cannot use ${flag}: it must be ${kind} from ${min} to ${max}: received ${text}`);
}

/** Looked at first: a program that runs for minutes should not find out at its end that it has nowhere to write. */
function checkPage(flag: string, by: string, path: string): void {
  try {
    replacePart(Deno.readTextFileSync(path), by, "");
  } catch (error) {
    throw new FlagError(
      `Cannot use ${flag}: ${
        error instanceof Deno.errors.NotFound ? `there is no file ${path}` : (error as Error).message
      }`,
    );
  }
}
