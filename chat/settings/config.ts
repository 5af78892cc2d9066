/**
 * The settings of an operator, by environment or by flag (`PORT=9000` or `--port 9000`; the flag wins), and their checks.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { escapeUnseen } from "../base/escape.ts";
import { DEFAULT_STORE, isSharedStore, isStoreName, showStore, STORE_FORMS } from "./store_name.ts";

/** The settings of a server. */
export interface Config {
  /** TCP port; 0 takes a free one. */
  port: number;
  /** Address to listen on, or `localhost`; undefined: every one of this machine. */
  host?: string;
  /** Where messages are kept: the name of a store. */
  store: string;
  /** How many bytes the store may hold; 0: no bound. */
  storeBytes: number;
  /** What rooms keep: their newest messages, those of so many days. 0: everything. */
  keep: { messages: number; days: number };
  /** Paths of a certificate and its key in PEM; with them the server speaks https and wss. */
  tls?: { cert: string; key: string };
  /** Sites whose pages may open sockets here; undefined: every site. */
  origins?: string[];
  /** Proxies whose `X-Forwarded-For` counts: addresses, and ranges such as `10.0.0.0/8`. */
  trustProxy?: string[];
  /** Bytes of memory that may be used; undefined: by the memory of the machine. */
  memoryBytes?: number;
  /** Whether clients are held to a rate. */
  limitRate: boolean;
  /** Whether `/metrics` is served. */
  metrics: boolean;
  /** Whether other processes may listen on the same port, so that the system spreads connections over them. */
  reusePort: boolean;
  /** Whether to use the listener that bounds what strangers can do. */
  guard: boolean;
  /** Whether to listen; undefined: unless `deno serve` does. */
  listen?: boolean;
}

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

interface Setting {
  /** How its value is written, for the help. Empty: the flag has none, and there is a `--no-` form. */
  value: string;
  help: string;
}

/** Every setting by the name of its environment variable. */
export const SETTINGS = {
  PORT: { value: "NUMBER", help: "port to listen on, 0 for a free one (default 8000)" },
  HOST: {
    value: "ADDRESS",
    help: "address to listen on; localhost: this machine only (default: every one, of IPv6 and of IPv4)",
  },
  CHAT_STORE: {
    value: "STORE",
    help: `where messages are kept: ${STORE_FORMS} (default ${DEFAULT_STORE}; on Deno Deploy kv:)`,
  },
  STORE_BYTES: {
    value: "NUMBER",
    help: "how much the store holds; then new messages are refused (default 10000000000: 10 GB; 0: no bound)",
  },
  KEEP_MESSAGES: { value: "NUMBER", help: "how many messages a room keeps, its newest (default 0: all)" },
  KEEP_DAYS: { value: "NUMBER", help: "for how many days a message is kept, and up to two more (default 0: for ever)" },
  TLS_CERT: { value: "PATH", help: "certificate in PEM, for https and wss; needs TLS_KEY" },
  TLS_KEY: { value: "PATH", help: "the certificate's private key in PEM" },
  ORIGINS: {
    value: "LIST",
    help: "sites that may open sockets, with commas between: https://a.example,… (default: all)",
  },
  TRUST_PROXY: {
    value: "LIST",
    help: "proxies that name a client's address, with commas between: 127.0.0.1,10.0.0.0/8 (default: none)",
  },
  MEMORY_LIMIT: {
    value: "MIB",
    help: "memory above which load is shed, in MiB (default: four fifths of what the machine or the container has)",
  },
  RATE_LIMIT: { value: "on|off", help: "off lets clients send at any rate, for benchmarks only (default on)" },
  METRICS: { value: "on|off", help: "on serves counts for Prometheus at /metrics, to everybody (default off)" },
  REUSE_PORT: {
    value: "on|off",
    help: "on lets several processes listen on the port; they need a store that is shared (default off)",
  },
  GUARD: {
    value: "on|off",
    help: "on bounds what each connection can do, for servers that strangers reach without a proxy (default off)",
  },
  LISTEN: {
    value: "",
    help: "on listens here, off leaves it to `deno serve`; without it the program finds out by itself",
  },
} as const satisfies Record<string, Setting>;

/** How much a store holds by default: 10 GB. */
const STORE_BYTES = 10_000_000_000;

type Name = keyof typeof SETTINGS;

/** Where {@linkcode readConfig} looks. */
export interface ConfigSources {
  /** Command line arguments. */
  args: string[];
  /** Gives an environment variable, or undefined. */
  env(name: string): string | undefined;
  /** The store if none is named. */
  defaultStore: string;
}

/** The flag of a setting: `TLS_CERT` is `--tls-cert`. */
function flagOf(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** What `--help` prints. */
export function helpText(): string {
  const rows = Object.entries(SETTINGS).map(([name, { value, help }]) =>
    `  ${`--${flagOf(name)} ${value}`.padEnd(24)} ${name.padEnd(13)} ${help}`
  );
  return `Switchboard: a chat service in one command.\n\n  flag                     environment\n${
    rows.join("\n")
  }\n  --help                               this text\n  --version                            the version\n`;
}

/**
 * Reads the settings.
 *
 * @throws {ConfigError} with all mistakes at once
 */
export function readConfig({ args, env, defaultStore }: ConfigSources): Config | "help" | "version" {
  const mistakes: string[] = [];
  const flags = readFlags(args, mistakes);
  if (flags.get("help") !== undefined) return "help";
  if (flags.get("version") !== undefined) return "version";
  const get = (name: Name) => (flags.get(flagOf(name)) ?? env(name)) || undefined;
  const config: Config = {
    port: readPort(get("PORT"), mistakes),
    host: readHost(get("HOST"), mistakes),
    store: readStore(get("CHAT_STORE") ?? defaultStore, mistakes),
    storeBytes: readCount("STORE_BYTES", get("STORE_BYTES") ?? String(STORE_BYTES), mistakes),
    keep: {
      messages: readCount("KEEP_MESSAGES", get("KEEP_MESSAGES"), mistakes),
      days: readCount("KEEP_DAYS", get("KEEP_DAYS"), mistakes),
    },
    tls: readTls(get("TLS_CERT"), get("TLS_KEY"), mistakes),
    origins: readOrigins(get("ORIGINS"), mistakes),
    trustProxy: readProxies(get("TRUST_PROXY"), mistakes),
    memoryBytes: readMemory(get("MEMORY_LIMIT"), mistakes),
    limitRate: readSwitch("RATE_LIMIT", get("RATE_LIMIT"), true, mistakes),
    metrics: readSwitch("METRICS", get("METRICS"), false, mistakes),
    reusePort: readSwitch("REUSE_PORT", get("REUSE_PORT"), false, mistakes),
    guard: readSwitch("GUARD", get("GUARD"), false, mistakes),
    listen: get("LISTEN") === undefined ? undefined : readSwitch("LISTEN", get("LISTEN"), true, mistakes),
  };
  if (config.reusePort && !isSharedStore(config.store)) {
    mistakes.push(
      `Cannot use REUSE_PORT: its processes would each have messages of their own, as ${
        showStore(config.store)
      } cannot be ` +
        "shared: set CHAT_STORE to a store that can, or leave REUSE_PORT off",
    );
  }
  if (config.guard && config.listen === false) {
    mistakes.push("Cannot use GUARD: it listens by itself, and LISTEN is off");
  }
  if (config.guard && config.reusePort) {
    mistakes.push("Cannot use GUARD with REUSE_PORT: its bounds are kept by one process for all connections");
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return config;
}

function readFlags(args: string[], mistakes: string[]): Map<string, string> {
  const known = new Map(
    Object.entries(SETTINGS).map(([name, { value }]) => [flagOf(name), value === "" ? "switch" : "value"]),
  );
  known.set("no-listen", "switch").set("help", "switch").set("version", "switch");
  const options = Object.fromEntries(
    Array.from(known, ([flag, kind]) => [flag, { type: kind === "switch" ? "boolean" : "string" } as const]),
  );
  const flags = new Map<string, string>();
  for (const token of parseArgs({ args, options, strict: false, tokens: true }).tokens) {
    if (token.kind === "positional") {
      mistakes.push(`Cannot use the argument ${shown(token.value)}: only flags are understood`);
    }
    if (token.kind !== "option") continue;
    if (!known.has(token.name)) mistakes.push(`Cannot use ${token.rawName}: there is no such flag`);
    else if (known.get(token.name) === "switch") {
      flags.set(token.name.replace(/^no-/, ""), token.name.startsWith("no-") ? "off" : "on");
    } else if (!token.value) mistakes.push(`Cannot use ${token.rawName}: it must be followed by a value`);
    else flags.set(token.name, token.value);
  }
  return flags;
}

/** A value that may be a store's name, with its password, in the wrong place. */
function shown(value: string | undefined = ""): string {
  return value.includes("@") ? showStore(value) : value;
}

function readPort(value: string | undefined, mistakes: string[]): number {
  const port = Number(value ?? 8000);
  if (value !== undefined && (!/^\d+$/.test(value) || port > 65535)) {
    mistakes.push(`Cannot use PORT: it must be a number from 0 to 65535: received ${shown(value)}`);
  }
  return port;
}

function readCount(name: Name, value: string | undefined, mistakes: string[]): number {
  if (value !== undefined && !/^\d{1,15}$/.test(value)) {
    mistakes.push(
      `Cannot use ${name}: it must be a whole number of at most 15 digits, 0 for no bound: received ${shown(value)}`,
    );
  }
  return Number(value ?? 0);
}

function readMemory(value: string | undefined, mistakes: string[]): number | undefined {
  if (value === undefined) return undefined;
  return readCount("MEMORY_LIMIT", value, mistakes) * 1024 * 1024 || Infinity;
}

function readHost(value: string | undefined, mistakes: string[]): string | undefined {
  // In an address of a page IPv6 has brackets.
  const host = value?.replace(/^\[(.*)\]$/, "$1");
  if (host !== undefined && !/^[\w.:%-]+$/.test(host)) {
    mistakes.push(
      `Cannot use HOST: it must be an address of this machine, such as 127.0.0.1 or ::1, or localhost: received ${
        shown(value)
      }`,
    );
  }
  return host;
}

function readStore(value: string, mistakes: string[]): string {
  if (!isStoreName(value) || escapeUnseen(value) !== value) {
    mistakes.push(
      `Cannot use CHAT_STORE: it must be ${STORE_FORMS}: ` +
        (isPath(value) ? `received ${value}: did you mean sqlite:${value}?` : `received ${showStore(value)}`),
    );
  }
  return value;
}

/** Whether it can only be a file, and not an address that may have a password in it. */
function isPath(value: string): boolean {
  return /^[\w./-]*[./][\w./-]*$/.test(value);
}

function readTls(cert: string | undefined, key: string | undefined, mistakes: string[]): Config["tls"] {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined) mistakes.push("Cannot use TLS_CERT: it needs TLS_KEY as well");
  if (key !== undefined) mistakes.push("Cannot use TLS_KEY: it needs TLS_CERT as well");
  return undefined;
}

function readOrigins(value: string | undefined, mistakes: string[]): string[] | undefined {
  return value === undefined ? undefined : listed(value).map((origin) => {
    const url = URL.parse(origin);
    if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== origin.replace(/\/$/, "")) {
      mistakes.push(`Cannot use ORIGINS: each must be like https://chat.example: received ${shown(origin)}`);
    }
    return url?.origin ?? origin;
  });
}

function readProxies(value: string | undefined, mistakes: string[]): string[] | undefined {
  if (value === undefined) return undefined;
  const proxies = listed(value);
  for (const proxy of proxies) {
    if (isRange(proxy)) continue;
    mistakes.push(
      `Cannot use TRUST_PROXY: each must be an address such as 127.0.0.1, or a range such as 10.0.0.0/8: received ${
        shown(proxy)
      }`,
    );
  }
  return proxies;
}

function isRange(proxy: string): boolean {
  const [, address = "", bits = "0"] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(proxy) ?? [];
  const isIpv4 = /^\d+(\.\d+){3}$/.test(address) && address.split(".").every((part) => Number(part) <= 255);
  const isIpv6 = address.includes(":") && URL.canParse(`http://[${address}]/`);
  return isIpv4 && Number(bits) <= 32 || isIpv6 && Number(bits) <= 128;
}

function listed(value: string): string[] {
  return value.split(",").map((item) => item.trim()).filter((item) => item !== "");
}

function readSwitch(name: Name, value: string | undefined, fallback: boolean, mistakes: string[]): boolean {
  if (value === undefined) return fallback;
  if (value !== "on" && value !== "off") {
    mistakes.push(`Cannot use ${name}: it must be on or off: received ${shown(value)}`);
  }
  return value === "on";
}
