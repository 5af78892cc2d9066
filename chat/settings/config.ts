/**
 * Reads the settings of an operator, given by environment or by flag (`PORT=9000` or `--port 9000`; the flag wins).
 *
 * @module
 */

import { parseArgs } from "node:util";
import { escapeUnseen } from "../base/escape.ts";
import { Mistake, showGiven } from "./readers.ts";
import { isSharedStore, showStore } from "./store_name.ts";
import { flagOf, type Setting, SETTINGS, type Settings } from "./table.ts";

/** Everything that is wrong with the settings, one sentence each. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly mistakes: string[];

  /** Joins them into a message of as many lines. Invisible characters of a value are shown escaped. */
  constructor(mistakes: string[]) {
    const shown = mistakes.map((mistake) => escapeUnseen(mistake).replace(/ $/, "\\u0020"));
    super(shown.join("\n"));
    this.mistakes = shown;
  }
}

export function helpText(): string {
  const rows = Object.entries(SETTINGS).map(([name, { value, help }]) =>
    `  ${`--${flagOf(name)} ${value}`.padEnd(24)} ${name.padEnd(13)} ${help}`
  );
  return `Switchboard: a chat service in one command.\n\n  flag                     environment\n${
    rows.join("\n")
  }\n  --help                               this text\n  --version                            the version\n`;
}

/** Settings that do not go together, each with its error after `Cannot use `. */
const CONFLICTS: ((settings: Partial<Settings>) => string | false | undefined)[] = [
  ({ TLS_CERT, TLS_KEY }) => TLS_CERT && !TLS_KEY && "TLS_CERT: it needs TLS_KEY as well",
  ({ TLS_CERT, TLS_KEY }) => TLS_KEY && !TLS_CERT && "TLS_KEY: it needs TLS_CERT as well",
  ({ METRICS, METRICS_TOKEN }) => METRICS_TOKEN && !METRICS && "METRICS_TOKEN: it needs METRICS=on",
  ({ TOKEN_SECRET, TOKEN_JWKS }) =>
    TOKEN_SECRET && TOKEN_JWKS && "TOKEN_SECRET with TOKEN_JWKS: tokens have one kind of key",
  ({ TOKEN_JWKS, TOKEN_AUDIENCE }) =>
    TOKEN_JWKS && !TOKEN_AUDIENCE &&
    "TOKEN_JWKS: it needs TOKEN_AUDIENCE, or tokens that were made for other services would be taken",
  ({ TOKEN_URL, TOKEN_SECRET, TOKEN_JWKS }) =>
    TOKEN_URL && !TOKEN_SECRET && !TOKEN_JWKS && "TOKEN_URL: no token is taken without TOKEN_SECRET or TOKEN_JWKS",
  ({ IDENTITY_HEADER, TRUST_PROXY }) =>
    IDENTITY_HEADER && !TRUST_PROXY && "IDENTITY_HEADER: it needs TRUST_PROXY, or anybody could say who they are",
  ({ IDENTITY_HEADER, TOKEN_SECRET, TOKEN_JWKS }) =>
    IDENTITY_HEADER && (TOKEN_SECRET || TOKEN_JWKS) &&
    "IDENTITY_HEADER with tokens: two people could have one id",
  ({ ACCESS, TOKEN_SECRET, TOKEN_JWKS, IDENTITY_HEADER }) =>
    ACCESS === "token" && !TOKEN_SECRET && !TOKEN_JWKS && !IDENTITY_HEADER &&
    "ACCESS: nobody could get in with a token without TOKEN_SECRET, TOKEN_JWKS or IDENTITY_HEADER",
  ({ REUSE_PORT, CHAT_STORE }) =>
    REUSE_PORT && CHAT_STORE && !isSharedStore(CHAT_STORE) &&
    `REUSE_PORT: its processes would each have messages of their own, as ${showStore(CHAT_STORE)} cannot be ` +
      "shared: set CHAT_STORE to a store that can, or leave REUSE_PORT off",
  ({ GUARD, LISTEN }) => GUARD && LISTEN === false && "GUARD: it listens by itself, and LISTEN is off",
  ({ GUARD, REUSE_PORT }) =>
    GUARD && REUSE_PORT && "GUARD with REUSE_PORT: its bounds are kept by one process for all connections",
];

/**
 * Reads the settings.
 *
 * @param env gives an environment variable
 * @param defaults of those settings whose default depends on where the program runs
 * @throws {ConfigError} with all mistakes at once
 */
export function readConfig(
  args: string[],
  env: (name: string) => string | undefined,
  defaults: Record<string, string>,
): Settings | "help" | "version" {
  const mistakes: string[] = [];
  const flags = readFlags(args, mistakes);
  if (flags.has("help")) return "help";
  if (flags.has("version")) return "version";
  const settings: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const given = flags.get(flagOf(name)) || env(name) || defaults[name];
    try {
      settings[name] = given ? setting.read(given) : setting.default;
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      mistakes.push(`Cannot use ${name}: ${error.message}`);
    }
  }
  for (const conflict of CONFLICTS) {
    const told = conflict(settings);
    if (told) mistakes.push(`Cannot use ${told}`);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return settings as Settings;
}

function readFlags(args: string[], mistakes: string[]): Map<string, string> {
  const options: Record<string, { type: "boolean" | "string" }> = {};
  for (const flag of ["help", "version"]) options[flag] = { type: "boolean" };
  for (const [name, { value }] of Object.entries(SETTINGS)) {
    options[flagOf(name)] = { type: value === "" ? "boolean" : "string" };
    if (value === "") options[`no-${flagOf(name)}`] = { type: "boolean" };
  }
  const flags = new Map<string, string>();
  for (const token of parseArgs({ args, options, strict: false, tokens: true }).tokens) {
    if (token.kind === "positional") {
      mistakes.push(`Cannot use the argument ${showGiven(token.value)}: only flags are understood`);
    }
    if (token.kind !== "option") continue;
    const type = options[token.name]?.type;
    if (type === undefined) mistakes.push(`Cannot use ${token.rawName}: there is no such flag`);
    else if (type === "boolean") {
      flags.set(token.name.replace(/^no-/, ""), token.name.startsWith("no-") ? "off" : "on");
    } else if (!token.value) mistakes.push(`Cannot use ${token.rawName}: it must be followed by a value`);
    else flags.set(token.name, token.value);
  }
  return flags;
}
