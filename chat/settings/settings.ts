/**
 * Reads the settings of this process: its arguments, and its environment as far as it may see it.
 *
 * @module
 */

import { ConfigError, helpText, readConfig } from "./config.ts";
import { answerOperator, tellOperator } from "../logging/console.ts";
import { DEFAULT_STORE } from "./store_name.ts";
import { SETTINGS, type Settings } from "./table.ts";
import { VERSION } from "./version.ts";

/** Reads the settings. Prints the help or the version and exits with 0, or all mistakes and exits with 2. */
export function readSettings(): Settings {
  try {
    const settings = readConfig(Deno.args, readEnv, { CHAT_STORE: defaultStore() });
    if (settings !== "help" && settings !== "version") return settings;
    answerOperator(settings === "help" ? helpText() : `Switchboard ${VERSION}`);
    Deno.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    tellOperator(`${error.message}\nSee --help.`);
    Deno.exit(2);
  }
}

/** The settings that can be given by flag only: `--allow-env` does not name them, so the environment is not seen. */
export function flagsOnly(): string[] | undefined {
  const unseen = Object.keys(SETTINGS).filter((name) => !mayRead(name));
  return unseen.length > 0 ? unseen : undefined;
}

function readEnv(name: string): string | undefined {
  return mayRead(name) ? Deno.env.get(name) : undefined;
}

function mayRead(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}

/** The most durable store that this process can have without a setting. */
function defaultStore(): string {
  if (readEnv("DENO_DEPLOY") !== undefined || readEnv("DENO_DEPLOYMENT_ID") !== undefined) return "kv:";
  const canWrite = Deno.permissions.querySync({ name: "write", path: "data" }).state === "granted";
  const canRead = Deno.permissions.querySync({ name: "read", path: "data" }).state === "granted";
  return canRead && canWrite ? DEFAULT_STORE : "memory:";
}
