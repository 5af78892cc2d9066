/** The settings: each rightly read, every mistake told. @module */

import { ConfigError, helpText, readConfig } from "../../chat/settings/config.ts";
import { isStoreName, showStore } from "../../chat/settings/store_name.ts";
import { SETTINGS, type Settings } from "../../chat/settings/table.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../lib/assert.ts";

/** Reads settings from arguments and variables. */
function read(args: string, env: Record<string, string> = {}): Settings | "help" | "version" {
  return readConfig(args.split(" ").filter((arg) => arg !== ""), (name) => env[name], { CHAT_STORE: "memory:" });
}

const defaults: Settings = {
  PORT: 8000,
  HOST: undefined,
  CHAT_STORE: "memory:",
  STORE_BYTES: 10_000_000_000,
  KEEP_MESSAGES: 0,
  KEEP_DAYS: 0,
  TLS_CERT: undefined,
  TLS_KEY: undefined,
  ORIGINS: ["own"],
  EMBED: [],
  OWNERS: [],
  TRUST_PROXY: undefined,
  ACCESS: "open",
  TOKEN_SECRET: undefined,
  TOKEN_JWKS: undefined,
  TOKEN_AUDIENCE: undefined,
  TOKEN_ISSUER: undefined,
  TOKEN_URL: undefined,
  IDENTITY_HEADER: undefined,
  MEMORY_LIMIT: undefined,
  RATE_LIMIT: true,
  ADDRESS_CONNECTIONS: 500,
  ADDRESS_CONNECTS: 50,
  ADDRESS_ROOMS: 60,
  METRICS: false,
  METRICS_TOKEN: undefined,
  REUSE_PORT: false,
  GUARD: false,
  LISTEN: undefined,
};

const GOOD: [args: string, env: Record<string, string>, expected: Partial<Settings>][] = [
  ["", {}, {}],
  ["--port 9000", {}, { PORT: 9000 }],
  ["--port=0", {}, { PORT: 0 }],
  ["", { PORT: "9000" }, { PORT: 9000 }],
  ["--port 9001", { PORT: "9000" }, { PORT: 9001 }],
  ["", { PORT: "" }, {}],
  ["--host ::1", { HOST: "127.0.0.1" }, { HOST: "::1" }],
  ["--chat-store sqlite:a.db", { CHAT_STORE: "kv:" }, { CHAT_STORE: "sqlite:a.db" }],
  ["", { CHAT_STORE: "kv:" }, { CHAT_STORE: "kv:" }],
  ["--chat-store kv:https://u:p@h", {}, { CHAT_STORE: "kv:https://u:p@h" }],
  ["--chat-store postgres://u:p%2Fw@h:5432/chat?sslmode=require", {}, {
    CHAT_STORE: "postgres://u:p%2Fw@h:5432/chat?sslmode=require",
  }],
  ["", { CHAT_STORE: "postgresql://h/chat" }, { CHAT_STORE: "postgresql://h/chat" }],
  ["--store-bytes 1000000", { STORE_BYTES: "5" }, { STORE_BYTES: 1_000_000 }],
  ["", { STORE_BYTES: "0" }, { STORE_BYTES: 0 }],
  ["--keep-messages 500 --keep-days 7", { KEEP_DAYS: "9" }, { KEEP_MESSAGES: 500, KEEP_DAYS: 7 }],
  ["", { KEEP_MESSAGES: "0", KEEP_DAYS: "30" }, { KEEP_DAYS: 30 }],
  ["--tls-cert c --tls-key k", {}, { TLS_CERT: "c", TLS_KEY: "k" }],
  ["--tls-cert c", { TLS_KEY: "k" }, { TLS_CERT: "c", TLS_KEY: "k" }],
  ["--origins https://a.example,http://b.example:81/", {}, { ORIGINS: ["https://a.example", "http://b.example:81"] }],
  ["--origins own,null,app://desk", {}, { ORIGINS: ["own", "null", "app://desk"] }],
  ["", { ORIGINS: "*" }, { ORIGINS: ["*"] }],
  ["", { EMBED: "https://a.example/, http://b.example:81" }, { EMBED: ["https://a.example", "http://b.example:81"] }],
  ["--host [::1]", {}, { HOST: "::1" }],
  ["--host localhost", {}, { HOST: "localhost" }],
  ["--memory-limit 512", {}, { MEMORY_LIMIT: 512 * 1024 * 1024 }],
  ["", { MEMORY_LIMIT: "0" }, { MEMORY_LIMIT: Infinity }],
  ["--trust-proxy 127.0.0.1", {}, { TRUST_PROXY: ["127.0.0.1"] }],
  ["", { TRUST_PROXY: "10.0.0.0/8, ::1,fd00::/8," }, { TRUST_PROXY: ["10.0.0.0/8", "::1", "fd00::/8"] }],
  ["--access known", {}, { ACCESS: "known" }],
  ["", { TOKEN_SECRET: "x".repeat(32), ACCESS: "token" }, { TOKEN_SECRET: "x".repeat(32), ACCESS: "token" }],
  [
    "--token-jwks https://a.example/keys --token-audience chat --token-issuer https://a.example",
    {},
    { TOKEN_JWKS: "https://a.example/keys", TOKEN_AUDIENCE: "chat", TOKEN_ISSUER: "https://a.example" },
  ],
  [
    "--token-jwks http://[::1]:9000/keys --token-audience chat",
    {},
    { TOKEN_JWKS: "http://[::1]:9000/keys", TOKEN_AUDIENCE: "chat" },
  ],
  [
    "--token-url https://a.example/token",
    { TOKEN_SECRET: "x".repeat(32) },
    { TOKEN_URL: "https://a.example/token", TOKEN_SECRET: "x".repeat(32) },
  ],
  ["--token-url /token", { TOKEN_SECRET: "x".repeat(32) }, { TOKEN_URL: "/token", TOKEN_SECRET: "x".repeat(32) }],
  [
    "--identity-header Remote-User --trust-proxy ::1 --access token",
    {},
    { IDENTITY_HEADER: "remote-user", TRUST_PROXY: ["::1"], ACCESS: "token" },
  ],
  [
    "--address-connections 20 --address-connects 0 --address-rooms 5",
    {},
    { ADDRESS_CONNECTIONS: 20, ADDRESS_CONNECTS: 0, ADDRESS_ROOMS: 5 },
  ],
  ["--rate-limit off --metrics on", {}, { RATE_LIMIT: false, METRICS: true }],
  ["--reuse-port on", { CHAT_STORE: "kv:" }, { REUSE_PORT: true, CHAT_STORE: "kv:" }],
  ["--reuse-port on", { CHAT_STORE: "postgres://h/chat" }, { REUSE_PORT: true, CHAT_STORE: "postgres://h/chat" }],
  ["--guard on --listen", {}, { GUARD: true, LISTEN: true }],
  ["--rate-limit on", { RATE_LIMIT: "off" }, { RATE_LIMIT: true }],
  ["--listen", {}, { LISTEN: true }],
  ["--no-listen", { LISTEN: "on" }, { LISTEN: false }],
  ["", { LISTEN: "off" }, { LISTEN: false }],
];

for (const [args, env, expected] of GOOD) {
  Deno.test(`settings are read: ${args} ${JSON.stringify(env)}`, () => {
    assertEquals({ ...(read(args, env) as Settings) }, { ...defaults, ...expected });
  });
}

const BAD: [args: string, env: Record<string, string>, mistake: string][] = [
  ["--port nine", {}, "Cannot use PORT: it must be a number from 0 to 65535: received nine"],
  ["--port 65536", {}, "received 65536"],
  ["--port -1", {}, "received -1"],
  ["--port 1e3", {}, "received 1e3"],
  ["", { PORT: "80 " }, "Cannot use PORT"],
  ["--port", {}, "Cannot use --port: it must be followed by a value"],
  ["--prot 80", {}, "Cannot use --prot: there is no such flag"],
  ["8000", {}, "Cannot use the argument 8000: only flags are understood"],
  ["--chat-store mysql://h", {}, "received mysql://h"],
  ["--chat-store redis://u:s3cret@h", {}, "and import it into another store: received redis://h"],
  ["--chat-store postgres:chat", {}, "it must be memory:, sqlite:PATH, postgres://HOST/DATABASE or kv:[PATH]"],
  ["--chat-store postgres:///chat", {}, "Cannot use CHAT_STORE"],
  ["--chat-store postgres://u:s3/cret@h/chat", {}, "received postgres:…"],
  ["--chat-store postgres://u:1/s3cret@h/chat", {}, "received postgres:…"],
  ["--chat-store data/x.db", {}, "kv:[PATH]: received data/x.db: did you mean sqlite:data/x.db?"],
  ["--chat-store sqlite:", {}, "Cannot use CHAT_STORE"],
  ["", { CHAT_STORE: "memory" }, "Cannot use CHAT_STORE"],
  ["--tls-cert c", {}, "Cannot use TLS_CERT: it needs TLS_KEY as well"],
  ["", { TLS_KEY: "k" }, "Cannot use TLS_KEY: it needs TLS_CERT as well"],
  [
    "--origins a.example",
    {},
    "Cannot use ORIGINS: each must be like https://chat.example, or own, null or *: received a.example",
  ],
  [
    "--embed own,https://a.example,app://desk",
    {},
    "Cannot use EMBED: each must be a site like https://site.example: received own, app://desk",
  ],
  ["--embed *", {}, "received *"],
  ["--origins https://a.example/path", {}, "received https://a.example/path"],
  ["--origins https://a.example:443", {}, "received https://a.example:443"],
  ["--origins file:///home", {}, "received file:///home"],
  ["--access closed", {}, "Cannot use ACCESS: it must be open, known or token: received closed"],
  ["--access token", {}, "Cannot use ACCESS: nobody could get in"],
  ["", { TOKEN_SECRET: "short" }, "Cannot use TOKEN_SECRET: it must have at least 32 bytes: received 5"],
  ["--token-jwks http://a.example/keys --token-audience c", {}, "Cannot use TOKEN_JWKS: it must be a URL"],
  ["--token-jwks keys --token-audience c", {}, "received keys"],
  ["--token-jwks https://a.example/keys", {}, "Cannot use TOKEN_JWKS: it needs TOKEN_AUDIENCE"],
  [
    "--token-jwks https://a.example/keys --token-audience c",
    { TOKEN_SECRET: "x".repeat(32) },
    "Cannot use TOKEN_SECRET with TOKEN_JWKS",
  ],
  ["--token-url https://a.example/token", {}, "Cannot use TOKEN_URL: no token is taken without"],
  ["--token-url http://a.example/token", { TOKEN_SECRET: "x".repeat(32) }, "Cannot use TOKEN_URL: it must be a URL"],
  ["--token-url //a.example/token", { TOKEN_SECRET: "x".repeat(32) }, "received //a.example/token"],
  ["--identity-header Remote-User", {}, "Cannot use IDENTITY_HEADER: it needs TRUST_PROXY"],
  ["--identity-header a:b --trust-proxy ::1", {}, "Cannot use IDENTITY_HEADER: it must be the name of a header"],
  [
    "--identity-header a --trust-proxy ::1",
    { TOKEN_SECRET: "x".repeat(32) },
    "Cannot use IDENTITY_HEADER with tokens",
  ],
  ["--rate-limit no", {}, "Cannot use RATE_LIMIT: it must be on or off: received no"],
  ["--guard on --no-listen", {}, "Cannot use GUARD: it listens by itself, and LISTEN is off"],
  ["--guard on --reuse-port on", { CHAT_STORE: "kv:" }, "Cannot use GUARD with REUSE_PORT"],
  ["", { METRICS: "true" }, "Cannot use METRICS"],
  ["", { METRICS_TOKEN: "x".repeat(32) }, "Cannot use METRICS_TOKEN: it needs METRICS=on"],
  ["--trust-proxy proxy.example", {}, "Cannot use TRUST_PROXY: each must be an address such as 127.0.0.1, or a range"],
  ["--trust-proxy 10.0.0.0/33", {}, "received 10.0.0.0/33"],
  ["--trust-proxy 10.0.0.256", {}, "received 10.0.0.256"],
  ["--trust-proxy ::1/129", {}, "received ::1/129"],
  ["--trust-proxy ::1/x", {}, "received ::1/x"],
  ["--host a/b", {}, "Cannot use HOST: it must be an address of this machine, such as 127.0.0.1 or ::1, or localhost"],
  ["", { HOST: "127.0.0.1\r" }, "received 127.0.0.1\\r"],
  ["", { HOST: "127.0.0.1 " }, "received 127.0.0.1\\u0020"],
  ["", { PORT: "8000\u202e" }, "received 8000\\u202e"],
  ["", { CHAT_STORE: "memory:\r" }, "received memory:\\r"],
  ["", { CHAT_STORE: "sqlite:a.db\r" }, "received sqlite:a.db\\r"],
  [
    "--reuse-port on",
    {},
    "Cannot use REUSE_PORT: its processes would each have messages of their own, as memory: cannot",
  ],
  [
    "--reuse-port on",
    { CHAT_STORE: "sqlite:a.db" },
    "as sqlite:a.db cannot be shared: set CHAT_STORE to a store that can",
  ],
];

for (const [args, env, mistake] of BAD) {
  Deno.test(`a mistake in the settings is told: ${args} ${JSON.stringify(env)}`, () => {
    const error = assertThrows(() => read(args, env), ConfigError, mistake);
    // A negative number looks like flags; other errors about it do not matter.
    if (!args.includes("-1")) assertEquals(error.mistakes.length, 1 + (args === "--prot 80" ? 1 : 0));
  });
}

Deno.test("all mistakes are told at once", () => {
  const error = assertThrows(
    () => read("--port x --chat-store y --wrong z", { TLS_CERT: "c", ORIGINS: "o", METRICS: "m" }),
    ConfigError,
  );
  for (const name of ["--wrong", "the argument z", "PORT", "CHAT_STORE", "TLS_CERT", "ORIGINS", "METRICS"]) {
    assertEquals(error.mistakes.filter((mistake) => mistake.startsWith(`Cannot use ${name}:`)).length, 1, name);
  }
  assertEquals(error.message, error.mistakes.join("\n"));
});

Deno.test("the help has every setting, by flag and by variable", () => {
  assertEquals(read("--help --port x"), "help");
  assertEquals(read("--version --port x"), "version");
  for (const [name, { help }] of Object.entries(SETTINGS)) {
    assertStringIncludes(helpText(), ` ${name} `);
    assertStringIncludes(helpText(), `--${name.toLowerCase().replaceAll("_", "-")}`);
    assertStringIncludes(helpText(), help);
  }
});

const SHOWN: [name: string, shown: string][] = [
  ["memory:", "memory:"],
  ["memory", "memory"],
  ["sqlite:data/me@home.db", "sqlite:data/me@home.db"],
  ["kv:", "kv:"],
  ["redis://h", "redis://h"],
  ["redis://:top@s3cret@h:1/0", "redis://h:1/0"],
  ["redis://default:s3cret@h", "redis://h"],
  ["rediss://s3cret:s3cret@h:1/2?prefix=s3cret#s3cret", "rediss://h:1/2"],
  ["redis://:s3%40cret@[::1]:1", "redis://[::1]:1"],
  ["redis://:s3/cret@h", "redis:…"],
  ["redis://u:1/s3cret@h", "redis:…"],
  ["redis://u:1?s3cret@h", "redis:…"],
  ["redis://u:1#s3cret@h", "redis:…"],
  ["redi://:s3cret@h", "redi://h"],
  ["redis:/:s3cret@h", "redis:…"],
  ["redis:u:s3cret@h", "redis:…"],
  ["rediss//:s3cret@h", "…"],
  ["u:s3cret@h", "u:…"],
  ["s3cret@h", "…"],
  ["s3cret@://h", "…"],
  ["kv:https://u:s3cret@h/db", "kv:https://h/db"],
  ["postgres://u:s3cret@h:5432/db?password=s3cret", "postgres://h:5432/db"],
  ["postgres://u:s3cret@h1,h2/db", "postgres://h1,h2/db"],
];

Deno.test("a store is shown by its kind, host and path, and nothing of a password is, wherever it is put", () => {
  for (const [name, shown] of SHOWN) assertEquals(showStore(name), shown, name);
});

Deno.test("a store's name in the wrong place shows nothing of its password", () => {
  const store = "redis://:top@s3cret@h";
  const args = [store, "--port", store, "--host", store, "--metrics", store, "--store", store, `--redis=${store}`];
  const env = { ORIGINS: store, TRUST_PROXY: store, REUSE_PORT: store };
  const error = assertThrows(() => read(args.join(" "), env), ConfigError);
  assertEquals(error.mistakes.length, 10);
  assert(!/s3|top/.test(error.message), error.message);
});

Deno.test("a mistake in CHAT_STORE shows nothing of a password", () => {
  for (const [name] of SHOWN.filter(([name]) => name.includes("s3") && !isStoreName(name))) {
    const error = assertThrows(() => read("", { CHAT_STORE: name }), ConfigError, "Cannot use CHAT_STORE");
    assert(!/s3|cret/.test(error.message), error.message);
  }
});
