/** The settings: an entry for each, by the name of its environment variable. @module */

import { ADDRESS_CONNECTIONS, ADDRESS_CONNECTS_PER_S, ADDRESS_ROOMS_PER_MIN } from "../limits.ts";
import {
  access,
  count,
  headerName,
  host,
  keysUrl,
  mib,
  onOff,
  origins,
  port,
  provenIds,
  proxies,
  secret,
  sites,
  store,
  tokenUrl,
} from "./readers.ts";

export interface Setting {
  /** How its value is written, for the help. Empty: the flag has none, and there is a `--no-` form. */
  value: string;
  /** Makes the setting of the given value. */
  read(given: string): unknown;
  /** The setting if none is given; left out: undefined. */
  default?: unknown;
  help: string;
}

const NUMBER = { value: "NUMBER", read: count };
const ON_OFF = { value: "on|off", read: onOff };
const TEXT = { value: "TEXT", read: String };
const PATH = { value: "PATH", read: String };

export const SETTINGS = {
  PORT: { value: "NUMBER", read: port, default: 8000, help: "port to listen on, 0 for a free one (default 8000)" },
  HOST: {
    value: "ADDRESS",
    read: host,
    help: "address to listen on; localhost: this machine only (default: every one, of IPv6 and of IPv4)",
  },
  CHAT_STORE: {
    value: "STORE",
    read: store,
    help: "where messages are kept: sqlite:PATH, postgres://HOST/DATABASE, kv:[PATH], memory: " +
      "(default sqlite:data/switchboard.db; on Deno Deploy kv:)",
  },
  STORE_BYTES: {
    ...NUMBER,
    default: 10_000_000_000,
    help: "how much the store holds; then it takes no new messages (default 10000000000: 10 GB; 0: no bound)",
  },
  KEEP_MESSAGES: {
    ...NUMBER,
    default: 0,
    help: "how many messages a room keeps, its newest; edits and reactions do not count (default 0: all)",
  },
  KEEP_DAYS: {
    ...NUMBER,
    default: 0,
    help: "for how many days a message is kept, and up to two more (default 0: for ever)",
  },
  TLS_CERT: { ...PATH, help: "certificate in PEM, for https and wss; needs TLS_KEY" },
  TLS_KEY: { ...PATH, help: "the certificate's private key in PEM" },
  ORIGINS: {
    value: "LIST",
    read: origins,
    default: ["own"],
    help: "sites whose pages may open sockets: https://a.example,…; own: this server's own, null: pages opened from " +
      "a file, *: all (default own)",
  },
  EMBED: {
    value: "LIST",
    read: sites,
    default: [],
    help: "sites whose pages may show a room, by /embed.js or in a frame: https://site.example,… (default: none)",
  },
  TRUST_PROXY: {
    value: "LIST",
    read: proxies,
    help: "proxies that name a client's address, with commas between: 127.0.0.1,10.0.0.0/8 (default: none)",
  },
  ACCESS: {
    value: "WHO",
    read: access,
    default: "open",
    help: "who is let in: open: everybody; known: ids that are proven; token: those with a token (default open)",
  },
  TOKEN_SECRET: {
    value: "SECRET",
    read: secret,
    help:
      "takes tokens (JWTs) that are signed with it by HS256; at least 32 bytes; better not as a flag, which all can see",
  },
  TOKEN_JWKS: {
    value: "URL",
    read: keysUrl,
    help: "takes tokens that are signed with one of the keys there; needs TOKEN_AUDIENCE",
  },
  TOKEN_AUDIENCE: { ...TEXT, help: "the audience (aud) that a token must have (default: it must have none)" },
  TOKEN_ISSUER: { ...TEXT, help: "the issuer (iss) that a token must have (default: any)" },
  TOKEN_URL: {
    value: "URL",
    read: tokenUrl,
    help: "where the page gets a token for the person before it (default: it asks them to paste one)",
  },
  IDENTITY_HEADER: {
    value: "NAME",
    read: headerName,
    help: "the header in which the proxy says who a client is, such as Remote-User; needs TRUST_PROXY",
  },
  OWNERS: {
    value: "LIST",
    read: provenIds,
    default: [],
    help: "ids that moderate the rooms that nobody owns, and make bots, with commas between: k-…,t-ada (default: none)",
  },
  MEMORY_LIMIT: {
    value: "MIB",
    read: mib,
    help: "memory above which load is shed, in MiB (default: four fifths of what the machine or the container has)",
  },
  RATE_LIMIT: { ...ON_OFF, default: true, help: "off lets clients send at any rate, for benchmarks only (default on)" },
  ADDRESS_CONNECTIONS: {
    ...NUMBER,
    default: ADDRESS_CONNECTIONS,
    help: `how many connections one address may have (default ${ADDRESS_CONNECTIONS}; 0: no bound)`,
  },
  ADDRESS_CONNECTS: {
    ...NUMBER,
    default: ADDRESS_CONNECTS_PER_S,
    help:
      `how many it may open a second, and four times as many at once (default ${ADDRESS_CONNECTS_PER_S}; 0: no bound)`,
  },
  ADDRESS_ROOMS: {
    ...NUMBER,
    default: ADDRESS_ROOMS_PER_MIN,
    help: `how many new rooms it may open a minute (default ${ADDRESS_ROOMS_PER_MIN}; 0: no bound)`,
  },
  METRICS: {
    ...ON_OFF,
    default: false,
    help: "on serves counts for Prometheus at /metrics, to this machine only (default off)",
  },
  METRICS_TOKEN: {
    value: "SECRET",
    read: secret,
    help: "serves them to those, too, who send Authorization: Bearer SECRET; at least 32 bytes; needs METRICS",
  },
  REUSE_PORT: {
    ...ON_OFF,
    default: false,
    help: "on lets several processes listen on the port; they need a store that is shared (default off)",
  },
  GUARD: {
    ...ON_OFF,
    default: false,
    help: "on bounds what each connection can do, for servers that strangers reach without a proxy (default off)",
  },
  LISTEN: {
    value: "",
    read: onOff,
    help: "on listens here, off leaves it to `deno serve`; without it the program finds out by itself",
  },
} as const satisfies Record<string, Setting>;

type Table = typeof SETTINGS;
export type Name = keyof Table;

/** The settings as they are read. */
type Values = {
  readonly [Each in Name]:
    | ReturnType<Table[Each]["read"]>
    | (Table[Each] extends { default: unknown } ? never : undefined);
};

/** The settings of a server. The default of `CHAT_STORE` depends on where it runs. */
export type Settings = Values & { readonly CHAT_STORE: string };

/** The flag of a setting: `TLS_CERT` is `--tls-cert`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
