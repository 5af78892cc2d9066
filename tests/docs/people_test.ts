/** The recipes for letting people in: run as they are written, but for ports, paths and the other machine. @module */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { makeCertificate } from "../lib/certificate.ts";
import { ChatClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { lastingPort } from "../lib/port.ts";
import { makeFolder, type ServiceProcess } from "../lib/process.ts";
import { startNginx } from "../lib/proxies.ts";
import { RawPeer } from "../lib/raw_peer.ts";
import { testWith, type ToolName } from "../lib/tools.ts";
import { Checkout } from "./checkout.ts";
import { commandsIn, fencedBlock } from "./documents.ts";

const PAGE = "docs/people.md";
const SECRET = "kJ1vS7yq0B2d4F6h8J0l2N4p6R8t0V2x4Z6b8D0f2H4=";

/** The command of the page that has this in it. */
function commandWith(words: string): string {
  return commandsIn(PAGE).find((command) => command.includes(words))!;
}

/** Starts a server by a command of the page. */
function start(checkout: Checkout, command: string, port = 0) {
  return checkout.start(command.replace("deno ", `exec "${Deno.execPath()}" `), { PORT: `${port}` });
}

/** Replaces words, each of which must be there. */
function replaced(text: string, replacements: [from: string, to: string][]): string {
  return replacements.reduce((words, [from, to]) => {
    assertStringIncludes(words, from);
    return words.replace(from, to);
  }, text);
}

/** A request for a socket. */
function upgrade(path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}Upgrade: websocket\r\nConnection: Upgrade\r\n` +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
}

/** An address of this machine that others could reach; one of its own if it has no network. */
function ownAddress(): string {
  const addresses = Deno.networkInterfaces().filter(({ family }) => family === "IPv4").map(({ address }) => address);
  return addresses.find((address) => !address.startsWith("127.")) ?? "127.0.0.1";
}

Deno.test("on a network of one's own, people come by its address, with ids of theirs, and other sites' pages do not", async () => {
  await using checkout = await Checkout.make();
  const [address, port] = [ownAddress(), lastingPort()];
  const own = `http://${address}:${port}`;
  const command = replaced(commandWith("ORIGINS="), [["http://192.168.1.20:8000", own]]);
  await using started = await start(checkout, command, port);
  assertEquals(started.service.told("listening").map(({ url }) => url), [`${own}/`]);
  assertStringIncludes(await (await fetch(own)).text(), "<title>Switchboard");
  const wsUrl = own.replace("http", "ws");
  await using ada = await ChatClient.keyed(wsUrl, "4f1c9a52e07be1f0a3c4d5e6f7a8b9c0");
  await ada.join("lobby");
  await using bob = await ChatClient.connect(wsUrl, "bob");
  assertEquals((await bob.ask({ type: "hello" }, "error")).code, "needs_proof");
  const asks = async (Host: string, Origin: string) => {
    const head = upgrade("/ws/carl", { Host, Origin, "Sec-WebSocket-Protocol": "chat.v1" });
    return (await RawPeer.request(port, head)).status;
  };
  assertEquals(await asks(`${address}:${port}`, own), 101);
  // A name of another site that leads here is not enough.
  assertEquals(await asks(`hostile.example:${port}`, `http://hostile.example:${port}`), 403);
});

testWith(["nginx", "openssl"], {
  name: "behind nginx with passwords, people are whom nginx says, whatever they say, and nobody else comes in",
  async fn() {
    await using checkout = await Checkout.make();
    await using started = await start(checkout, commandWith("IDENTITY_HEADER="));
    const { service } = started;
    await using certificate = await makeCertificate();
    const port = lastingPort();
    const { path } = certificate;
    const password = await checkout.run("openssl passwd -apr1 'her password'");
    await Deno.writeTextFile(`${path}/chat.passwords`, `ada:${password.out}`);
    // Its workers are another user's, who reads the passwords at each request.
    for (const file of [path, `${path}/chat.passwords`]) await Deno.chmod(file, 0o755);
    const settings = replaced(fencedBlock(PAGE, "nginx"), [
      ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
      ["/etc/ssl/chat.example.pem", `${path}/cert.pem`],
      ["/etc/ssl/chat.example.key", `${path}/key.pem`],
      ["/etc/nginx/chat.passwords", `${path}/chat.passwords`],
      ["http://127.0.0.1:8000", service.url],
    ]);
    await using _nginx = await startNginx(path, settings);
    const caCert = await Deno.readTextFile(`${path}/cert.pem`);
    const asks = async (headers: Record<string, string>) => {
      using peer = await RawPeer.connect(port, caCert);
      await peer.write(
        upgrade("/ws/eve", { Host: `localhost:${port}`, Origin: `https://localhost:${port}`, ...headers }),
      );
      return (await peer.readResponse()).status;
    };
    const authorized = (words: string) => ({ Authorization: `Basic ${btoa(words)}` });
    assertEquals(await eventually(() => asks({}).catch(() => undefined), "nginx to answer"), 401);
    assertEquals(await asks(authorized("ada:a guess")), 401);
    assertEquals(await asks({ "Remote-User": "ada" }), 401);
    assertEquals(await asks({ ...authorized("ada:her password"), "Remote-User": "eve" }), 101);
    await service.untilCount("connect", 1);
    assertEquals(service.told("connect").map(({ id }) => id), ["t-ada"]);
    const past = await RawPeer.request(service.port, upgrade("/ws/eve", { Host: `localhost:${service.port}` }));
    assertEquals(past.status, 403);
  },
});

const SNIPPETS: [kind: string, needs: ToolName[], file: string, run: string][] = [
  ["js", ["node"], "token.mjs", "node"],
  ["python", ["python3"], "token.py", "python3"],
  ["ts", [], "token.ts", `"${Deno.execPath()}" run --check --no-config --allow-env=TOKEN_SECRET`],
];

for (const [kind, needs, file, program] of SNIPPETS) {
  testWith(needs, {
    name: `a site can make tokens as the page says: ${file}`,
    async fn() {
      await using checkout = await Checkout.make();
      await Deno.writeTextFile(`${checkout.path}/secret`, `${SECRET}\n`);
      await using started = await start(checkout, commandWith("TOKEN_SECRET="));
      await Deno.writeTextFile(`${checkout.path}/${file}`, fencedBlock(PAGE, kind));
      const command = `TOKEN_SECRET=$(<secret) ${program} ${file}`;
      const made = await checkout.run(command);
      assertEquals(made.code, 0, made.err);
      await welcomes(started.service, made.out.trim());
      const other = await checkout.run(command.replace("$(<secret)", "x".repeat(44)));
      await refuses(started.service, other.out.trim());
    },
  });
}

async function welcomes(service: ServiceProcess, token: string): Promise<void> {
  await using client = await ChatClient.connect(service, "x");
  const { id, name } = await client.ask({ type: "hello", token }, "welcome");
  assertEquals([id, name], ["t-1815", "Ada Lovelace"]);
}

async function refuses(service: ServiceProcess, token: string): Promise<void> {
  await using client = await ChatClient.connect(service, "x");
  assertEquals((await client.ask({ type: "hello", token }, "error")).code, "bad_token");
}

testWith(["gpg", "rsync"], {
  name: "a backup leaves the machine so that only the other machine can read it, and the way back works",
  async fn() {
    await using checkout = await Checkout.make();
    await using folder = await makeFolder();
    const { path } = folder;
    const away = `${path}/away`;
    for (const name of [away, `${path}/keys`, `${path}/server`]) await Deno.mkdir(name, { mode: 0o700 });
    const [keys, script, back] = [0, 1, 2].map((index) => fencedBlock(PAGE, "bash", index));
    const [there, here] = [{ GNUPGHOME: `${path}/keys` }, { GNUPGHOME: `${path}/server` }];
    try {
      const unattended = keys!.replace("gpg --quick", "gpg --batch --passphrase '' --quick");
      const made = await checkout.run(`cd ${path}\n${unattended}`, there);
      assertEquals(made.code, 0, made.err);
      await using _started = await start(checkout, "deno task start");
      await using ada = await ChatClient.open(_started.service, "ada", "lobby");
      await ada.publish("lobby", "a text to look for");
      await Deno.writeTextFile(
        `${path}/switchboard-backup`,
        replaced(script!, [
          ["PATH=/usr/local/bin:", `PATH=${path}/bin:`],
          ["/opt/switchboard", checkout.path],
          ["/var/lib/switchboard/data", `${checkout.path}/data`],
          ["/etc/switchboard/backup.pub", `${path}/backup.pub`],
          ["backup@away.example:switchboard/", `${away}/`],
        ]),
      );
      await Deno.mkdir(`${path}/bin`);
      await Deno.symlink(Deno.execPath(), `${path}/bin/deno`);
      const run = `bash ${path}/switchboard-backup`;
      const ended = await checkout.run(run, { ...here, TMPDIR: path });
      assertEquals(ended.code, 0, ended.err);
      const [file, ...others] = Array.from(Deno.readDirSync(away), ({ name }) => name);
      assertMatch(file!, /^chat-\d{4}-\d\d-\d\dT\d{6}Z\.db\.gpg$/);
      assertEquals(others, []);
      const bytes = new TextDecoder("latin1").decode(await Deno.readFile(`${away}/${file}`));
      assert(!bytes.includes("a text to look for") && !bytes.includes("SQLite"));
      assert(!Array.from(Deno.readDirSync(path)).some(({ name }) => name.startsWith("tmp")), "a plain copy is left");
      assert((await checkout.run(`gpg --batch --decrypt ${away}/${file}`, here)).code !== 0, "the server can read it");
      await comesBack(back!, `${away}/${file}`, there);
      await Deno.remove(`${path}/backup.pub`);
      assert((await checkout.run(run, { ...here, TMPDIR: path })).code !== 0, "a failed backup must not pass for one");
    } finally {
      for (const env of [there, here]) await checkout.run("gpgconf --kill gpg-agent", env);
    }
  },
});

/** On the other machine the backup opens, and is a store that can be served. */
async function comesBack(commands: string, file: string, env: Record<string, string>): Promise<void> {
  await using checkout = await Checkout.make();
  await Deno.mkdir(`${checkout.path}/data`);
  const lines = replaced(commands, [["chat-2026-01-31T031700Z.db.gpg", file]]);
  const { code, err } = await checkout.run(`set -e\n${lines}`, env);
  assertEquals(code, 0, err);
  const { out } = await checkout.run("deno task export sqlite:data/switchboard.db lobby");
  assertEquals(JSON.parse(out).text, "a text to look for");
}
