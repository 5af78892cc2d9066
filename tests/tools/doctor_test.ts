/** The doctor: what it finds on this machine, and on a running server as a browser meets it. @module */

import { judgeCertificate } from "../../chat/tools/doctor/certificate.ts";
import { judgeClock } from "../../chat/tools/doctor/machine.ts";
import { StoreOpenError } from "../../chat/log/store.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { openSqliteStore } from "../../chat/stores/sqlite/store.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "../lib/assert.ts";
import { makeCertificate } from "../lib/certificate.ts";
import { LOCK } from "../lib/packages.ts";
import { makeFolder, ROOT, ServiceProcess } from "../lib/process.ts";
import { Postgres } from "../lib/postgres.ts";
import { testWith } from "../lib/tools.ts";
import { execute, Folder } from "../stores/in_folder.ts";

/** What it says, and how it ends. */
async function examine(args: string[]): Promise<{ code: number; said: string }> {
  await using folder = await makeFolder();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", LOCK, `${ROOT}chat/tools/doctor.ts`, ...args],
    cwd: folder.path,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals([...Deno.readDirSync(folder.path)], [], "nothing is left behind");
  return { code, said: new TextDecoder().decode(stdout) };
}

Deno.test("settings for this machine are found safe, and the disk is measured", async () => {
  const { code, said } = await examine(["--host", "localhost"]);
  assertEquals(code, 0);
  assertMatch(said, /^ok .*A sync takes \d+\.\d\d ms, so that there are about \d+ commits a second/m);
  assertMatch(said, /^(ok|note) .* may be open: it holds \d+ connections/m);
  assertMatch(said, /^ok .*The settings let strangers do no harm/m);
  assert(!/^(unsafe|broken)/m.test(said), said);
});

const UNSAFE: [args: string, ...found: RegExp[]][] = [
  ["", /ACCESS=open: everybody/, /No TLS, and no proxy/, /GUARD=off without a proxy/],
  ["--origins *", /ORIGINS=\*/],
  ["--origins own,null", /ORIGINS has null/],
  ["--embed http://a.example", /EMBED has a site without encryption/],
  ["--rate-limit off", /RATE_LIMIT=off/],
  ["--trust-proxy 0.0.0.0/0", /so large a range/],
  [`--token-secret ${"x".repeat(32)}`, /TOKEN_SECRET is given by a flag/],
];

Deno.test("every setting that lets strangers do harm is named", async () => {
  for (const [args, ...found] of UNSAFE) {
    const { code, said } = await examine(args.split(" ").filter((arg) => arg !== ""));
    assertEquals(code, 0);
    const unsafe = said.split("\n").filter((line) => line.startsWith("unsafe"));
    for (const each of found) assert(unsafe.some((line) => each.test(line)), `${args} ${each}: ${said}`);
    assert(!said.includes("x".repeat(32)), "no secret is shown");
  }
});

testWith("postgres", {
  name: "a database is asked how safely it keeps, and whether this role may write there",
  async fn() {
    await using server = await Postgres.start("fsync = on");
    await using database = await server.database();
    const { url, name } = database;
    const examineStore = async () => (await examine(["--host", "localhost", "--chat-store", url]));
    const used = await examineStore();
    assertMatch(used.said, /^ok .*test_1 can be used: PostgreSQL \d+\.\d+\. A commit takes \d+\.\d\d ms/m);
    assertEquals(used.code, 0);
    assert(!/p@ss|p%40ss/.test(used.said), used.said);
    assertEquals(await server.sqlIn(database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'switchboard'"), "0");

    await server.sql(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    assertMatch((await examineStore()).said, /^note .*synchronous_commit is off: power loss costs/m);
    await server.sql(`REVOKE CREATE ON DATABASE ${name} FROM chat`);
    const forbidden = await examineStore();
    assertMatch(forbidden.said, /^broken .*this role may not make the schema switchboard.*GRANT CREATE ON DATABASE/m);
    assertEquals(forbidden.code, 1);
    await server.stop();
    assertMatch((await examineStore()).said, /^broken .*test_1 cannot be reached: .*refused/im);
    await server.start();
  },
});

Deno.test("mistakes in the settings, and a folder that cannot be written, end it with 1", async () => {
  const mistaken = await examine(["--port", "x", "--access", "token"]);
  assertEquals(mistaken.code, 1);
  assertMatch(mistaken.said, /^broken {2}Cannot use PORT[^]*^broken {2}Cannot use ACCESS/m);
  const nowhere = await examine(["--chat-store", "sqlite:/nowhere/chat.db"]);
  assertEquals(nowhere.code, 1);
  assertMatch(nowhere.said, /^broken {2}The folder \/nowhere of the store cannot be written: it is not there/m);
});

/** What is not a store of this server, and how it came to be so. */
const NO_STORES: [what: string, make: (file: string) => void | Promise<void>][] = [
  ["random bytes", (file) => Deno.writeFileSync(file, crypto.getRandomValues(new Uint8Array(9_000)))],
  ["another program's database", (file) => execute(file, "CREATE TABLE cakes (name TEXT)")],
  ["a newer version's", async (file) => {
    await (await openSqliteStore(file)).close();
    execute(file, "PRAGMA user_version = 99");
  }],
  ["a folder", (file) => Deno.mkdirSync(file)],
  ["a store whose mark is a folder", async (file) => {
    await (await openSqliteStore(file)).close();
    Deno.removeSync(`${file}-mark`);
    Deno.mkdirSync(`${file}-mark`);
  }],
];

for (const [what, make] of NO_STORES) {
  Deno.test(`a store that the server would refuse is found broken, for the server's own reason, and stays as it is: ${what}`, async () => {
    await using folder = new Folder();
    await make(folder.file);
    const all = () =>
      [...Deno.readDirSync(folder.path)].map(({ name, isFile }) =>
        name + (isFile ? Deno.readFileSync(`${folder.path}/${name}`).toHex() : "")
      ).sort();
    const before = all();
    const { code, said } = await examine(["--host", "localhost", "--chat-store", `sqlite:${folder.file}`]);
    assertEquals(all(), before);
    const { message } = await assertRejects(() => openSqliteStore(folder.file), StoreOpenError);
    assert(said.includes(`broken  ${message}\n`), `${message}: ${said}`);
    assertEquals(code, 1);
    assert(!said.includes("can be written"), said);
  });
}

Deno.test("a store is found good, served or not, of SQLite and of Deno KV", async () => {
  await using folder = new Folder();
  for (const name of [`sqlite:${folder.file}`, `kv:${folder.path}/chat.kv`]) {
    const store = await openStore(name);
    for (const isServed of [true, false]) {
      if (!isServed) await store.close();
      const { code, said } = await examine(["--host", "localhost", "--chat-store", name]);
      assertMatch(said, /^ok .*can be written/m);
      assert(!said.includes("belongs to"), said);
      assertEquals(code, 0);
    }
  }
});

testWith("other owners", {
  name: "a store that belongs to another user than the doctor's is told",
  async fn() {
    await using folder = new Folder();
    await (await openSqliteStore(folder.file)).close();
    Deno.chownSync(folder.file, 12345, 12345);
    const { said } = await examine(["--host", "localhost", "--chat-store", `sqlite:${folder.file}`]);
    assertMatch(said, /^note .*The store belongs to the user 12345, and this is 0: .*Run the doctor as that user$/m);
  },
});

Deno.test("a page below a path is looked at there, with its slash or without", async () => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/chat/ws/")) {
      return new Response("", { status: pathname.startsWith("/chat") ? 200 : 404 });
    }
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "chat.v1" });
    socket.onmessage = () => socket.send(JSON.stringify({ type: "welcome", id: "1" }));
    return response;
  });
  for (const end of ["chat", "chat/"]) {
    const { code, said } = await examine([
      "--url",
      `http://127.0.0.1:${server.addr.port}/${end}`,
      "--host",
      "localhost",
    ]);
    assertMatch(said, /^ok .*A socket is opened for the page of/m);
    assertEquals(code, 0);
  }
  await server.shutdown();
});

testWith("openssl", {
  name: "a server that cannot be reached is told with the reason: refused, or an authority that nobody knows",
  async fn() {
    await using made = await makeCertificate();
    const file = (name: string) => Deno.readTextFileSync(`${made.path}/${name}.pem`);
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", cert: file("cert"), key: file("key"), onListen() {} },
      () => new Response(),
    );
    const url = `https://localhost:${server.addr.port}/`;
    const reach = async () => (await examine(["--url", url, "--host", "localhost"])).said;
    assertMatch(await reach(), /^broken .*cannot be reached: .*(certificate|UnknownIssuer)/im);
    await server.shutdown();
    assertMatch(await reach(), /^broken .*cannot be reached: .*refused/im);
  },
});

Deno.test("a server is met as a browser meets it", async () => {
  await using service = await ServiceProcess.start();
  const { code, said } = await examine(["--url", `${service.url}/`, "--host", "localhost"]);
  assertEquals(code, 0);
  assertMatch(said, /^ok .*A socket is opened for the page of http:\/\/127\.0\.0\.1:\d+$/m);
  const gone = await examine(["--url", "http://127.0.0.1:9/", "--host", "localhost"]);
  assertEquals(gone.code, 1);
  assertMatch(gone.said, /^broken .*cannot be reached/m);
});

Deno.test("a server to which the proxy passes another Host is found", async () => {
  const args = ["--port", "0", "--chat-store", "memory:", "--origins", "https://chat.example"];
  await using service = await ServiceProcess.start({ args });
  const { code, said } = await examine(["--url", `${service.url}/`, "--host", "localhost"]);
  assertEquals(code, 1);
  assertMatch(said, /^broken .*the proxy must pass on Upgrade, Connection and Host, or ORIGINS must name/m);
});

Deno.test("a server that takes pages of all sites, or everybody's word on who they are, is found", async () => {
  const trusting = ["--trust-proxy", "127.0.0.1", "--identity-header", "Remote-User"];
  const args = ["--port", "0", "--chat-store", "memory:", "--origins", "*", ...trusting];
  await using service = await ServiceProcess.start({ args });
  const { said } = await examine(["--url", `${service.url}/`, "--host", "localhost", ...trusting]);
  assertMatch(said, /^unsafe .*A socket is opened for a page of https:\/\/evil\.example as well/m);
  assertMatch(said, /^unsafe .*Anybody can say who they are: the proxy passes on the remote-user/m);
});

testWith("openssl", {
  name: "a certificate is found good, near its end, over, or not that of its key",
  async fn() {
    await using made = await makeCertificate();
    await using other = await makeCertificate();
    const paths = { cert: `${made.path}/cert.pem`, key: `${made.path}/key.pem` };
    const { level, text } = judgeCertificate(paths);
    const days = Number(/good for (\d+) days/.exec(text)![1]);
    assertEquals(level, days < 14 ? "note" : "ok");
    const later = (more: number) => judgeCertificate(paths, Date.now() + (days + more) * 24 * 60 * 60 * 1000);
    assertEquals([later(-1).level, later(2).level], ["note", "broken"]);
    assertEquals(judgeCertificate(paths, Date.now() - 10 * 365 * 24 * 60 * 60 * 1000).level, "broken");
    assertMatch(judgeCertificate({ ...paths, key: `${other.path}/key.pem` }).text, /is not the key of the certificate/);
  },
});

Deno.test("a clock that is behind the store is found", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/chat.db`, "");
  const store = `sqlite:${folder.path}/chat.db`;
  assertEquals(judgeClock(store).level, "ok");
  assertEquals(judgeClock(store, Date.now() - 3_600_000).level, "note");
});
