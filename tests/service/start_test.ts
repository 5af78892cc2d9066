/** The start: the lines for the operator, the addresses, and an error for each reason not to start. @module */

import manifest from "../../deno.json" with { type: "json" };
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { SETTINGS } from "../../chat/settings/table.ts";
import { PlainClient } from "../lib/client.ts";
import { copyService } from "../lib/files.ts";
import { eventually } from "../lib/patience.ts";
import { LOCK } from "../lib/packages.ts";
import { answers, lastingPort } from "../lib/port.ts";
import { makeFolder, ROOT, run, ServiceProcess } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";

/** It ends with one sentence, and with 2 if that is about a setting, else 1; and leaves nothing behind. */
async function endsWith(sentence: RegExp, args: string, cwd?: string): Promise<void> {
  await using folder = await makeFolder();
  const files = () => Array.from(Deno.readDirSync(cwd ?? folder.path), ({ name }) => name).sort();
  const before = files();
  await using service = ServiceProcess.spawn({
    command: [Deno.execPath(), "run", "-A", `${ROOT}main.ts`, "--listen"],
    args: args.split(" "),
    cwd: cwd ?? folder.path,
  });
  const code = await service.exited;
  const said = service.errors.trimEnd().replace(/\nSee --help\.$/, "");
  assertMatch(said, sentence);
  assertEquals(said.split("\n").length, 1, said);
  assertEquals([code, service.log, service.stray], [said.startsWith("Cannot use ") ? 2 : 1, [], []]);
  assertEquals(files(), before, args);
}

const REASONS: [args: string, sentence: RegExp][] = [
  ["--port x", /^Cannot use PORT: it must be a number/],
  ...["192.0.2.1", "nowhere.invalid", "999.1.1.1"].map((host): [string, RegExp] => [
    `--port 0 --host ${host}`,
    /^Cannot use HOST: \S+ is no address of this machine/,
  ]),
  ...Object.entries({
    "sqlite:/nowhere/at/all.db": "its folder does not exist",
    "sqlite:/dev/null/chat.db": "",
    "sqlite:/dev": "it is a folder",
    "kv:/nowhere/at/all": "it is a folder, or its folder does not exist, or this user may not write there",
    "kv:https://nowhere.invalid": "set DENO_KV_ACCESS_TOKEN to an access token of Deno Deploy",
  }).map(([store, reason]): [string, RegExp] => [
    `--port 0 --chat-store ${store}`,
    new RegExp(`^Cannot open the store \\S+: ${reason}`),
  ]),
];

for (const [args, sentence] of REASONS) {
  Deno.test(`what cannot be used is told in a sentence, and nothing is left behind: ${args}`, () =>
    endsWith(sentence, args));
}

Deno.test("settings that the environment cannot give are named where it starts", async () => {
  const start = async (allow: string) => {
    const command = [Deno.execPath(), "run", "--no-prompt", "--allow-net", allow, `${ROOT}main.ts`, "--listen"];
    await using service = await ServiceProcess.start({ command, env: { METRICS: "on" } });
    const response = await fetch(`${service.url}/metrics`);
    await response.body?.cancel();
    return { flagsOnly: (await service.event("started")).flagsOnly, status: response.status };
  };
  assertEquals(await start("--allow-env"), { flagsOnly: undefined, status: 200 });
  const { flagsOnly, status } = await start("--allow-env=PORT,HOST");
  assertEquals(flagsOnly, Object.keys(SETTINGS).filter((name) => name !== "PORT" && name !== "HOST"));
  assertEquals(status, 404);
});

Deno.test("a missing permission is told with the setting and the narrow flag that allows it", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.pem`;
  for (
    const [args, sentence] of [
      [
        "--guard on",
        /^Cannot use GUARD: .+: Deno was not given leave to: start it with --allow-env=WS_NO_BUFFER_UTIL$/,
      ],
      [
        `--chat-store sqlite:${folder.path}/a.db`,
        /^Cannot open the store \S+: Deno was not given leave to: start it with --allow-read=\S+\/ --allow-write=\S+\/$/,
      ],
      [
        `--chat-store kv:${folder.path}/a.kv`,
        /^Cannot open the store kv:\S+: Deno was not given leave to: start it with --allow-read and --allow-write for its folder$/,
      ],
      [
        `--tls-cert ${path} --tls-key ${path}`,
        /^Cannot use TLS_CERT: \S+ cannot be read: Deno was not given leave to: start it with --allow-read=\S+a\.pem$/,
      ],
    ] as const
  ) {
    await using service = ServiceProcess.spawn({
      command: [Deno.execPath(), "run", LOCK, "--no-prompt", "--allow-net", "main.ts", "--listen"],
      args: ["--port", "0", "--chat-store", "memory:", ...args.split(" ")],
    });
    assertEquals(await service.exited, args.includes("--chat-store") ? 1 : 2);
    assertMatch(service.errors.trimEnd(), sentence);
    assertEquals(service.log, []);
  }
});

testWith("setpriv", {
  name: "GUARD=on in a checkout that the user may not write to is told in a sentence, before anything is started",
  async fn() {
    await using folder = await makeFolder();
    await copyService(folder.path);
    await Deno.chmod(`${folder.path}/deno.lock`, 0o444);
    await Deno.chmod(folder.path, 0o555);
    // Modes bind root as well, once it has not this capability.
    const asUser = Deno.uid() === 0 ? ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] : [];
    await using service = ServiceProcess.spawn({
      command: [...asUser, Deno.execPath(), "run", "-A", "main.ts", "--listen"],
      args: "--port 0 --chat-store memory: --guard on".split(" "),
      cwd: folder.path,
    });
    assertEquals(await service.exited, 2, service.errors);
    assertMatch(service.errors, /^Cannot use GUARD: .+ this user may not write deno\.lock\. Start it once as /m);
    assertEquals(service.log, []);
    await Deno.chmod(folder.path, 0o755);
  },
});

Deno.test({
  name: "in a folder that cannot be written --help and a store in memory work, and the default store says what to do",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // Not even root may make a folder there.
    const cwd = "/sys";
    const command = [Deno.execPath(), "run", "-A", `${ROOT}main.ts`, "--listen"];
    await using help = ServiceProcess.spawn({ command, args: ["--help"], cwd });
    assertEquals(await help.exited, 0);
    await using _service = await ServiceProcess.start({ command, cwd });
    await endsWith(
      /^Cannot make the folder data for the messages: .+\. Start it in another folder, or name another place with CHAT_STORE=/,
      "--port 0",
      cwd,
    );
  },
});

Deno.test("a file in the place of the folder data is told", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/data`, "");
  const sentence = /^Cannot make the folder data for the messages: there is a file of that name\. Start it in another/;
  await endsWith(sentence, "--port 0", folder.path);
});

Deno.test("a port that is taken is told, with how to choose another", async () => {
  using taken = Deno.listen({ port: 0 });
  const { port } = taken.addr;
  const sentence = new RegExp(
    `^Cannot listen on port ${port}: another program does. .* with PORT=\\d+ or --port \\d+$`,
    "m",
  );
  await endsWith(sentence, `--port ${port}`);
  using local = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const watched =
    /^Cannot listen on port .* --port \d+\. If `deno task dev` waits for a file to change, end it with Ctrl-C$/m;
  await endsWith(watched, `--port ${local.addr.port} --host localhost`);
});

testWith("openssl", {
  name: "TLS files that are missing, are none or do not belong together are told by the setting that names them",
  async fn() {
    await using folder = await makeFolder();
    const path = (name: string) => `${folder.path}/${name}.pem`;
    for (const name of ["one", "two"]) {
      const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost";
      await run("openssl", ...request.split(" "), "-keyout", path(`${name}-key`), "-out", path(name));
    }
    const locked = `ec -in ${path("one-key")} -aes256 -passout pass:secret -out ${path("locked")}`;
    await run("openssl", ...locked.split(" "));
    await Deno.writeTextFile(path("empty"), "");
    for (
      const [cert, key, sentence] of [
        ["one", "missing", /^Cannot use TLS_KEY: \S+ cannot be read: it is not there$/m],
        ["missing", "one-key", /^Cannot use TLS_CERT: \S+ cannot be read: it is not there$/m],
        ["one", "one", /^Cannot use TLS_KEY: \S+ holds no private key in PEM$/m],
        ["one-key", "one-key", /^Cannot use TLS_CERT: \S+ holds no certificate in PEM$/m],
        ["empty", "one-key", /^Cannot use TLS_CERT: \S+ holds no certificate in PEM$/m],
        ["one", "two-key", /^Cannot use TLS_KEY: \S+two-key.pem is not the key of the certificate \S+one.pem$/m],
        ["one", "locked", /^Cannot use TLS_KEY: \S+ needs a password: save the key without one$/m],
      ] as const
    ) {
      await endsWith(sentence, `--port 0 --tls-cert ${path(cert)} --tls-key ${path(key)}`);
    }
    const both = await Deno.readTextFile(path("one-key")) + await Deno.readTextFile(path("one"));
    await Deno.writeTextFile(path("both"), both);
    await using service = await ServiceProcess.start({
      command: [Deno.execPath(), "task", "start"],
      args: ["--port", "0", "--chat-store", "memory:", "--tls-cert", path("both"), "--tls-key", path("both")],
    });
    assertEquals(await service.stop(), 0);
  },
});

/** Whether this machine has an address of IPv6 of its own. */
const hasIpv6 = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
})();

Deno.test("without HOST it listens on every address, of IPv6 and of IPv4, and says who may come in", async () => {
  await using service = await ServiceProcess.start();
  const { url, addresses, message, port } = await service.event("listening");
  assertEquals(url, `http://localhost:${port}/`);
  assertEquals(addresses, [`[::]:${port}`]);
  assertEquals(message, `Everybody who can reach port ${port} of this machine may read and write in every room`);
  assert(await answers(String(url).replace(/\/$/, "")), "the address that it prints opens");
  assert(await answers(`http://127.0.0.1:${port}`));
  if (hasIpv6) assert(await answers(`http://[::1]:${port}`));
});

Deno.test("where no address of IPv6 can be had, it listens on every one of IPv4", async () => {
  await using service = await ServiceProcess.start({
    // Not allowed is one way in which it cannot be had.
    command: [Deno.execPath(), "run", "--no-prompt", "--allow-net=0.0.0.0", "main.ts"],
  });
  const { addresses, port } = await service.event("listening");
  assertEquals(addresses, [`0.0.0.0:${port}`]);
  assert(await answers(`http://127.0.0.1:${port}`));
});

Deno.test("a mistake ends it with its status, though nobody can be told", async () => {
  for (const [mistake, status] of [["--port x", 2], ["--port 0 --chat-store sqlite:/nowhere/at/all.db", 1]] as const) {
    await using service = ServiceProcess.spawn({
      command: ["bash", "-c", `exec "$0" run -A main.ts --listen ${mistake} > /dev/full 2>&1`, Deno.execPath()],
      args: [],
    });
    assertEquals(await service.exited, status);
  }
});

Deno.test("HOST=localhost is both of this machine's own addresses, and no other", async () => {
  await using service = await ServiceProcess.start({ env: { HOST: "localhost" } });
  const { url, addresses, message, port } = await service.event("listening");
  assertEquals(addresses, [`127.0.0.1:${port}`, ...hasIpv6 ? [`[::1]:${port}`] : []]);
  assertEquals([url, message], [`http://localhost:${port}/`, undefined]);
  assert(await answers(`http://127.0.0.1:${port}`));
  if (hasIpv6) assert(await answers(`http://[::1]:${port}`));
  assertEquals(await answers(`http://127.0.0.2:${port}`), false);
});

Deno.test("the address that it prints opens, whatever HOST is", async () => {
  for (const host of ["127.0.0.1", "127.0.0.2", "0.0.0.0", "::", ...hasIpv6 ? ["::1"] : []]) {
    await using service = await ServiceProcess.start({ env: { HOST: host } });
    const url = String((await service.event("listening")).url).replace(/\/$/, "");
    assert(await answers(url), `${host}: ${url}`);
  }
});

Deno.test("the address that it prints is one whose pages are let in, this machine's if it is among them", async () => {
  for (const origins of ["http://phone.test:8000", "null,app://desk,https://chat.example"]) {
    await using service = await ServiceProcess.start({ env: { ORIGINS: origins } });
    assertEquals((await service.event("listening")).url, `${origins.split(",").at(-1)}/`);
  }
  await using service = await ServiceProcess.start({ env: { ORIGINS: "https://chat.example,own" } });
  const { url, port } = await service.event("listening");
  assertEquals(url, `http://localhost:${port}/`);
});

Deno.test("`deno task start` can use files outside of data/", async () => {
  await using folder = await makeFolder();
  await using service = await ServiceProcess.start({
    command: [Deno.execPath(), "task", "start"],
    args: ["--port", "0", "--host", "localhost", "--chat-store", `sqlite:${folder.path}/chat.db`],
  });
  assertEquals((await service.event("started")).store, `sqlite:${folder.path}/chat.db`);
  await service.stop();
  // What nobody looks at while it comes is read by others later.
  assert(!JSON.stringify([service.log, service.stray]).includes("claim"));
  assertEquals(service.log.at(-1)!.event, "stopped");
});

function atTerminal(command: string): ServiceProcess {
  return ServiceProcess.spawn({
    command: ["script", "--quiet", "--return", "--command"],
    args: [command, "/dev/null"],
  });
}

/** Presses Ctrl-C. Were only the terminal closed, the task and its server would be left. */
async function interrupt({ pid, exited }: ServiceProcess): Promise<void> {
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  Deno.kill(Number(children.trim().split(" ")[0]), "SIGINT");
  await exited;
}

testWith("script", {
  name: "`deno task dev` tells a person at a terminal what to open, and who comes and goes",
  async fn() {
    assertStringIncludes(manifest.tasks.dev.command, "--host localhost");
    await using folder = await makeFolder();
    const store = `sqlite:${folder.path}/chat.db`;
    await using service = atTerminal(`exec ${Deno.execPath()} task dev --port 0 --chat-store ${store}`);
    const said = () => service.stray.join("\n");
    await eventually(() => said().includes("Open http://localhost:"), "the address", 60_000);
    const [, url] = /Open (http:\/\/localhost:\d+)\s*$/m.exec(said())!;
    assert(await answers(url!));
    {
      await using _ada = await PlainClient.open(url!.replace("http:", "ws:"), "ada");
    }
    await eventually(() => /ada left/.test(said()), "who has gone");
    assert(!said().includes("{"), said());
    assert(!said().includes("Everybody"), "nobody else can reach it");
    // Once for a store: the next one who starts it need not be the same.
    await eventually(() => new RegExp(`open once: ${url}/i#claim\\.[\\da-f]{32}\\s`).test(said()), "a claim");
    await interrupt(service);
  },
});

testWith("script", {
  name: "GUARD=on asks nobody at the terminal for a permission that it was not given, also while nothing happens",
  async fn() {
    const port = lastingPort();
    const deno = `${Deno.execPath()} run ${LOCK} --allow-net=127.0.0.1:${port} --allow-env main.ts`;
    await using service = atTerminal(
      `exec ${deno} --guard on --host 127.0.0.1 --port ${port} --chat-store memory: --listen`,
    );
    const url = `http://127.0.0.1:${port}`;
    await eventually(() => answers(url), "it to serve", 60_000);
    // A question would hold up everything until somebody answers it.
    for (let look = 0; look < 5; look++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert(await answers(url));
    }
    assert(!service.stray.join("\n").includes("requests net access"), service.stray.join("\n"));
    await interrupt(service);
  },
});
