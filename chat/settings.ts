/**
 * Reads the settings of this process: its arguments, and as much of its environment as it may see.
 *
 * @module
 */

import { type Config, ConfigError, helpText, readConfig } from "./config.ts";
import { answerOperator, tellOperator } from "./console.ts";
import { DEFAULT_STORE } from "./store_name.ts";

/** Reads the settings. Prints the help and exits with 0, or all mistakes and exits with 2. */
export function readSettings(): Config {
  try {
    const config = readConfig({ args: Deno.args, env: readEnv, defaultStore: defaultStore() });
    if (config !== "help") return config;
    answerOperator(helpText());
    Deno.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    tellOperator(`${error.message}\nSee --help.`);
    Deno.exit(2);
  }
}

/** A variable, where reading it is allowed: without that permission there is no environment to be configured by. */
function readEnv(name: string): string | undefined {
  return Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
    ? Deno.env.get(name)
    : undefined;
}

/** The most durable store that this process can have without being told more. */
function defaultStore(): string {
  if (readEnv("DENO_DEPLOY") !== undefined || readEnv("DENO_DEPLOYMENT_ID") !== undefined) return "kv:";
  const mayWrite = Deno.permissions.querySync({ name: "write", path: "data" }).state === "granted";
  const mayRead = Deno.permissions.querySync({ name: "read", path: "data" }).state === "granted";
  return mayRead && mayWrite ? DEFAULT_STORE : "memory:";
}
