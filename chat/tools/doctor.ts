/**
 * `deno task doctor [--url URL] [FLAG…]`: checks what the server would start with, by the same flags and variables, and what it would meet. With a URL it also
 * looks at the running server as a browser does. Leaves nothing behind.
 *
 * @module
 */

import { ConfigError, readConfig } from "../settings/config.ts";
import { DEFAULT_STORE } from "../settings/store_name.ts";
import { broken, type Finding, ok } from "./doctor/finding.ts";
import { judgeClock, judgeFiles, judgeMemory, judgeStore } from "./doctor/machine.ts";
import { judgeSafety } from "./doctor/safety.ts";
import { judgeDoor } from "./doctor/door.ts";
import { print } from "./run_tool.ts";

const USAGE = "Usage: deno task doctor [--url URL] [FLAG of the server…]";

/** Takes `--url` out of the arguments. @returns the others, and the URL; null if it is none */
function splitUrl(args: string[]): { rest: string[]; url?: URL | null } {
  const at = args.indexOf("--url");
  if (at < 0) return { rest: args };
  return { rest: args.toSpliced(at, 2), url: URL.parse(args[at + 1] ?? "") };
}

async function examine(args: string[]): Promise<Finding[]> {
  const { rest, url } = splitUrl(args);
  if (url === null) return [broken("--url must be followed by the address of the page, such as https://chat.example/")];
  const settings = readConfig(rest, (name) => Deno.env.get(name), { CHAT_STORE: DEFAULT_STORE });
  if (typeof settings === "string") return [broken(USAGE)];
  const { TLS_CERT: cert, TLS_KEY: key, CHAT_STORE: store } = settings;
  return [
    ok("The settings can be read"),
    ...await judgeStore(store),
    await judgeFiles(),
    judgeMemory(settings.MEMORY_LIMIT),
    judgeClock(store),
    ...(cert && key ? [(await import("./doctor/certificate.ts")).judgeCertificate({ cert, key })] : []),
    ...judgeSafety(settings, rest),
    ...(url ? await judgeDoor(url, settings) : []),
  ];
}

if (import.meta.main) {
  const found = await examine(Deno.args).catch((error) => {
    if (error instanceof ConfigError) return error.mistakes.map(broken);
    throw error;
  });
  for (const { level, text } of found) print(`${level.padEnd(7)} ${text}`);
  if (found.some(({ level }) => level === "broken")) Deno.exit(1);
}
