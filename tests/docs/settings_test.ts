/**
 * Every setting, store and permission that a document names, in the words of its tables: the server is started with it, and shows
 * that it has understood. A row that is not known here fails, and so does one here that no table has.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import * as bounds from "../../chat/overload/bounds.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { makeFolder, ROOT, ServiceProcess } from "../lib/process.ts";
import { bySecret, keyPair, makeToken } from "../lib/jwt.ts";
import { RawPeer } from "../lib/raw_peer.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { postgresOfFile } from "../lib/postgres.ts";
import { missing, testWith, type ToolName } from "../lib/tools.ts";
import { makeCertificate } from "../lib/certificate.ts";
import { Checkout } from "./checkout.ts";
import { readDocument, rowsUnder } from "./documents.ts";

/** A setting: the value to start with, what else it needs, and what shows that it was understood. */
interface Trial {
  value: string;
  with?: Record<string, string>;
  needs?: ToolName;
  shows(service: ServiceProcess): unknown;
}

const certificate = missing("openssl") === undefined ? await makeCertificate() : undefined;
const [cert, key] = [`${certificate?.path}/cert.pem`, `${certificate?.path}/key.pem`];
if (certificate) Deno.test.afterAll(async () => await certificate[Symbol.asyncDispose]());

/** It speaks TLS. */
const encrypted: Trial["shows"] = async (service) => {
  using peer = await RawPeer.open(service.port, "/ws/ada", undefined, await Deno.readTextFile(cert));
  await peer.send("hi");
  assertEquals(await peer.readText(), "Client #ada says: hi");
};

const started = async (service: ServiceProcess) => (await service.event("started")) as Record<string, unknown>;
const answers = async (service: ServiceProcess) => {
  const response = await fetch(`${service.url}/healthz`);
  assertEquals([response.status, (await response.text()).trim()], [200, "ok"]);
};

const OWNER_KEY = "the owner's key, long enough";
const SECRET = "a secret of thirty-two bytes, at least";

/** It takes a token with these claims, and none with others. */
function takesTokens(claims: Record<string, string>): Trial["shows"] {
  return async (service) => {
    for (const [given, type] of [[claims, "welcome"], [{ aud: "other", iss: "other" }, "error"]] as const) {
      await using ada = await ChatClient.connect(service, "ada");
      const exp = Math.ceil(Date.now() / 1000) + 60;
      await ada.ask({ type: "hello", token: await makeToken({ sub: "ada", exp, ...given }, bySecret(SECRET)) }, type);
    }
  };
}

const BEHIND_PROXY = { TRUST_PROXY: "127.0.0.1" };

/** A plain client from another address than this machine's. */
async function fromAfar(service: ServiceProcess, room = "lobby"): Promise<{ status: number; peer: RawPeer }> {
  const peer = await RawPeer.connect(service.port);
  const head = upgradeHead("X-Forwarded-For: 203.0.113.7\r\n").replace("/ws/ada", `/ws/ada?room=${room}`);
  await peer.write(head);
  return { status: (await peer.readResponse()).status, peer };
}

/** While one is open there is no second one. */
const heldOpen: Trial["shows"] = async (service) => {
  using first = (await fromAfar(service)).peer;
  await service.event("connect");
  using second = (await fromAfar(service)).peer;
  void [first, second];
  await eventually(() => service.log.some(({ status }) => status === 429), "the refusal in the log");
};

/** A room is opened, and another one is not. */
const opensOneRoom: Trial["shows"] = async (service) => {
  using first = (await fromAfar(service, "one")).peer;
  using second = (await fromAfar(service, "two")).peer;
  void [first, second];
  await eventually(() => service.log.some(({ code }) => code === 1008), "the close in the log");
};

/** So many connections are taken of an address, one after the other, and the next one is not. */
function refusesAfter(count: number): Trial["shows"] {
  return async (service) => {
    for (let taken = 0; taken <= count; taken++) {
      const { status, peer } = await fromAfar(service);
      using _ = peer;
      assertEquals(status, taken < count ? 101 : 429);
    }
  };
}

const SETTINGS: Record<string, Trial> = {
  PORT: { value: "0", shows: answers },
  HOST: { value: "127.0.0.1", shows: answers },
  CHAT_STORE: {
    value: "sqlite:other.db",
    shows: async (service) => assertEquals((await started(service)).store, "sqlite:other.db"),
  },
  STORE_BYTES: {
    value: "1",
    async shows(service) {
      await using ada = await ChatClient.open(service, "ada", "lobby");
      const publish = { type: "publish", room: "lobby", nonce: "n", text: "hello" } as const;
      assertEquals((await ada.ask(publish, "error")).code, "store_full");
    },
  },
  KEEP_MESSAGES: { value: "100", shows: answers },
  KEEP_DAYS: { value: "7", shows: answers },
  MEMORY_LIMIT: {
    value: "4096",
    shows: async (service) => assertEquals((await started(service)).memoryLimit, 4096),
  },
  TRUST_PROXY: {
    value: "127.0.0.1",
    async shows(service) {
      await RawPeer.request(service.port, upgradeHead("X-Forwarded-For: 203.0.113.7\r\n"));
      await eventually(() => service.log.some(({ address }) => address === "203.0.113.7"), "the address in the log");
    },
  },
  ACCESS: {
    value: "known",
    async shows(service) {
      await using ada = await ChatClient.connect(service, "ada");
      assertEquals((await ada.ask({ type: "hello" }, "error")).code, "needs_proof");
    },
  },
  TOKEN_SECRET: { value: SECRET, shows: takesTokens({}) },
  TOKEN_JWKS: {
    value: "http://127.0.0.1:9/keys",
    with: { TOKEN_AUDIENCE: "chat" },
    async shows(service) {
      await using ada = await ChatClient.connect(service, "ada");
      const { signer } = await keyPair("EdDSA");
      const token = await makeToken({ sub: "ada", aud: "chat", exp: Math.ceil(Date.now() / 1000) + 60 }, signer);
      assertEquals((await ada.ask({ type: "hello", token }, "error")).code, "unavailable");
    },
  },
  TOKEN_AUDIENCE: { value: "chat", with: { TOKEN_SECRET: SECRET }, shows: takesTokens({ aud: "chat" }) },
  TOKEN_ISSUER: {
    value: "https://site.example",
    with: { TOKEN_SECRET: SECRET },
    shows: takesTokens({ iss: "https://site.example" }),
  },
  TOKEN_URL: {
    value: "https://site.example/chat-token",
    with: { TOKEN_SECRET: SECRET },
    async shows({ url }) {
      const page = await fetch(url);
      assertStringIncludes(page.headers.get("content-security-policy")!, "connect-src 'self' https://site.example;");
      assertStringIncludes(await page.text(), 'name="token-url" content="https://site.example/chat-token"');
    },
  },
  IDENTITY_HEADER: {
    value: "Remote-User",
    with: { TRUST_PROXY: "127.0.0.1" },
    async shows(service) {
      await RawPeer.request(service.port, upgradeHead("Remote-User: ada\r\n"));
      await eventually(() => service.log.some(({ id }) => id === "t-ada"), "the person in the log");
    },
  },
  OWNERS: {
    value: await idOfKey(OWNER_KEY),
    async shows(service) {
      await using ada = await ChatClient.keyed(service, OWNER_KEY);
      assert((await ada.join("lobby")).may.includes("moderate"));
    },
  },
  TLS_CERT: { value: cert, with: { TLS_KEY: key }, needs: "openssl", shows: encrypted },
  TLS_KEY: { value: key, with: { TLS_CERT: cert }, needs: "openssl", shows: encrypted },
  ORIGINS: {
    value: "https://a.example",
    async shows({ port }) {
      assertEquals((await RawPeer.request(port, upgradeHead("Origin: https://b.example\r\n"))).status, 403);
    },
  },
  EMBED: {
    value: "https://a.example",
    async shows({ port, url }) {
      assertEquals((await RawPeer.request(port, upgradeHead("Origin: https://a.example\r\n"))).status, 101);
      const { body, headers } = await fetch(url);
      await body?.cancel();
      assertMatch(headers.get("content-security-policy")!, /frame-ancestors https:\/\/a\.example;/);
    },
  },
  RATE_LIMIT: {
    value: "off",
    async shows(service) {
      await using ada = await ChatClient.open(service, "ada", "lobby");
      // More than a client may send at once.
      await Promise.all(Array.from({ length: 100 }, (_, n) => ada.publish("lobby", `${n}`)));
    },
  },
  ADDRESS_CONNECTIONS: { value: "1", with: BEHIND_PROXY, shows: heldOpen },
  ADDRESS_CONNECTS: { value: "1", with: { ...BEHIND_PROXY, ADDRESS_CONNECTIONS: "0" }, shows: refusesAfter(4) },
  ADDRESS_ROOMS: { value: "1", with: BEHIND_PROXY, shows: opensOneRoom },
  METRICS: {
    value: "on",
    async shows({ url }) {
      assertMatch(await (await fetch(`${url}/metrics`)).text(), /^switchboard_connections 0$/m);
    },
  },
  METRICS_TOKEN: {
    value: SECRET,
    with: { METRICS: "on" },
    async shows({ url }) {
      // As through a proxy on this machine.
      const forwarded = { "x-forwarded-for": "10.0.0.1" };
      const statusWith = async (headers: HeadersInit) => {
        const response = await fetch(`${url}/metrics`, { headers });
        await response.body?.cancel();
        return response.status;
      };
      assertEquals(await statusWith(forwarded), 401);
      assertEquals(await statusWith({ ...forwarded, authorization: `Bearer ${SECRET}` }), 200);
    },
  },
  REUSE_PORT: { value: "on", with: { CHAT_STORE: "kv:shared.kv" }, shows: answers },
  GUARD: { value: "on", shows: answers },
  LISTEN: { value: "on", shows: answers },
};

/** A request for a socket with one more header. */
function upgradeHead(header: string): string {
  return `GET /ws/ada HTTP/1.1\r\nHost: localhost\r\n${header}Upgrade: websocket\r\nConnection: Upgrade\r\n` +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
}

const COMMAND = [
  Deno.execPath(),
  "run",
  "-A",
  `--config=${ROOT}deno.json`,
  `--lock=${ROOT}tests/deno.lock`,
  `${ROOT}main.ts`,
];

for (const document of ["README.md", "docs/operators.md"]) {
  Deno.test(`every setting in the tables of ${document} is tried here`, () => {
    const named = rowsUnder(document, "variable").map(([name]) => name!.replaceAll("`", ""));
    assertEquals(named.toSorted(), Object.keys(SETTINGS).toSorted());
  });
}

Deno.test("wherever a command names variables that it may see, it names all that are settings", () => {
  const places = {
    "README.md": readDocument("README.md"),
    "docs/operators.md": readDocument("docs/operators.md"),
    "deno.json": `${manifest.tasks.dev.command}\n${manifest.tasks.start.command}`,
  };
  for (const [place, text] of Object.entries(places)) {
    const lists = Array.from(text.matchAll(/--allow-env=(PORT,[A-Z_,]+[A-Z])(?= )/g), ([, list]) => list!.split(","));
    assert(lists.length > 0, place);
    for (const list of lists) {
      assertEquals(
        [...Object.keys(SETTINGS), "WS_NO_BUFFER_UTIL", "PGAPPNAME"].filter((name) => !list.includes(name)),
        [],
        place,
      );
    }
  }
});

for (const [, form] of rowsUnder("README.md", "variable").map(([name, flag]) => [name!, flag!.replaceAll("`", "")])) {
  const flag = form!.split(" ")[0]!;
  const name = flag.slice(2).toUpperCase().replaceAll("-", "_");
  const { value = "", with: others = {}, needs = [], shows } = SETTINGS[name] ?? { shows: answers };
  for (const way of ["environment", "flag"] as const) {
    testWith(needs, {
      name: `as documented: ${way === "flag" ? form : `${name} in the environment`}`,
      async fn() {
        await using folder = await makeFolder();
        const values = form!.includes(" ") ? [flag, value] : [flag];
        await using service = await ServiceProcess.start({
          command: COMMAND,
          cwd: folder.path,
          args: way === "flag" ? values : [],
          env: { PORT: "0", ...others, ...(way === "flag" ? {} : { [name]: value }) },
        });
        await shows(service);
      },
    });
  }
}

const postgres = await postgresOfFile();
const postgresUrl = async () => (await postgres!.database()).url;

const STORES: Record<string, { needs?: ToolName; name(folder: string): string | Promise<string> }> = {
  "sqlite:PATH": { name: (folder) => `sqlite:${folder}/chat.db` },
  "postgres://USER:PASSWORD@HOST/DATABASE": { needs: "postgres", name: postgresUrl },
  "kv:PATH": { name: (folder) => `kv:${folder}/chat.kv` },
  "memory:": { name: () => "memory:" },
};

/** `kv:` alone is the database of a host that gives one. */
const STORES_ELSEWHERE = ["kv:"];

Deno.test("every store in the tables of the README is tried here", () => {
  const names = rowsUnder("README.md", "store").flatMap(([cell]) =>
    cell!.split(", ").map((name) => name.replaceAll("`", ""))
  );
  assertEquals(names.toSorted(), [...Object.keys(STORES), ...STORES_ELSEWHERE].toSorted());
});

for (const [form, { needs = [], name }] of Object.entries(STORES)) {
  testWith(needs, {
    name: `as documented: the store ${form}`,
    async fn() {
      await using folder = await makeFolder();
      await using service = await ServiceProcess.start({
        command: COMMAND,
        cwd: folder.path,
        args: ["--chat-store", await name(folder.path)],
        env: { PORT: "0" },
      });
      await using ada = await ChatClient.open(service, "ada", "lobby");
      const { durability } = await ada.publish("lobby", "kept");
      assertEquals(durability, (await started(service)).durability);
    },
  });
}

/** A permission: as it is given here, with the settings that need it, and how the one file starts without it. */
interface Permission {
  given?: string;
  settings?: string[];
  without?: "refused" | "in memory";
  shows?(started: Record<string, unknown>): void;
  needs?: ToolName;
}

const PERMISSIONS: Record<string, Permission> = {
  "--allow-net": { without: "refused" },
  "--allow-read=data --allow-write=data": { without: "in memory" },
  "--allow-sys=systemMemoryInfo": { shows: ({ memoryLimit }) => assert(memoryLimit !== bounds.MEMORY_BYTES / 2 ** 20) },
  "--allow-read=CERT,KEY": {
    given: `--allow-read=${cert},${key}`,
    settings: ["--tls-cert", cert, "--tls-key", key],
    without: "refused",
    needs: "openssl",
  },
  "--allow-env=PORT,HOST,…": { given: "--allow-env=PORT,HOST" },
  "--allow-env=WS_NO_BUFFER_UTIL": { settings: ["--guard", "on"], without: "refused" },
  "--allow-env=PGAPPNAME": { settings: ["--chat-store", "POSTGRES"], without: "refused", needs: "postgres" },
  "--unstable-kv": {
    given: "--unstable-kv --allow-read=data --allow-write=data",
    settings: ["--chat-store", "kv:data/chat.kv"],
    without: "refused",
  },
  "--unstable-net": {
    given: "--unstable-net --unstable-kv --allow-read=data --allow-write=data",
    settings: ["--reuse-port", "on", "--chat-store", "kv:data/chat.kv"],
    without: "refused",
  },
};

Deno.test("every permission in the table of docs/operators.md is tried here", () => {
  const names = rowsUnder("docs/operators.md", "permission").map(([cell]) => cell!.replaceAll("`", ""));
  assertEquals(names, Object.keys(PERMISSIONS));
});

let bundled: Promise<Checkout> | undefined;
/** The one file, made once. */
async function bundle(): Promise<string> {
  bundled ??= Checkout.make().then(async (checkout) => {
    const { code, err } = await checkout.run("deno task bundle");
    assertEquals(code, 0, err);
    return checkout;
  });
  return `${(await bundled).path}/dist/switchboard.js`;
}
Deno.test.afterAll(async () => await (await bundled)?.[Symbol.asyncDispose]());

/** Starts the one file with these permissions, in a folder where `data` may be made. */
async function startBundle(permissions: string, settings: string[], cwd: string): Promise<ServiceProcess> {
  await Deno.mkdir(`${cwd}/data`, { recursive: true });
  const flags = permissions.split(" ").filter((flag) => flag !== "");
  return ServiceProcess.spawn({
    command: [Deno.execPath(), "run", "--no-prompt", "--no-config", ...flags, await bundle(), "--listen"],
    args: [...(permissions.includes("PORT") ? [] : ["--port", "0"]), ...settings],
    cwd,
    env: { PORT: "0" },
  });
}

for (const [flag, { given = flag, settings = [], without, needs = [], shows }] of Object.entries(PERMISSIONS)) {
  testWith(needs, {
    name: `as documented: ${flag}`,
    async fn() {
      await using folder = await makeFolder();
      const others = flag === "--allow-net" ? "" : "--allow-net ";
      const real = await Promise.all(settings.map((one) => one === "POSTGRES" ? postgresUrl() : one));
      {
        await using service = await startBundle(others + given, real, folder.path);
        await service.event("listening", 60_000);
        shows?.(await started(service));
      }
      if (without === undefined) return;
      const rest = others + given.replace(flag.startsWith("--unstable") ? flag : given, "");
      await using service = await startBundle(rest, real, folder.path);
      if (without === "in memory") assertEquals((await started(service)).durability, "memory");
      else {
        assert(await service.exited !== 0);
        assert(!/\n +at /.test(service.errors), service.errors);
      }
    },
  });
}
