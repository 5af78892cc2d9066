/**
 * Every command that a document names, run as it is written there. What must be another on a machine that runs tests (ports,
 * durations, names to be filled in) is changed by a rule below, and nothing else is.
 *
 * A document that names a command that is not here fails, and so does a command here that no document names.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { openLog } from "../../chat/log/open_log.ts";
import { openStore } from "../../chat/stores/open_store.ts";
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { makeFolder, ROOT, ServiceProcess } from "../lib/process.ts";
import { pathOf, testWith, type ToolName } from "../lib/tools.ts";
import { by } from "../lib/messages.ts";
import { BENCH_FLAGS } from "../bench/flags.ts";
import { readFlags } from "../lib/flags.ts";
import { freePort } from "../lib/port.ts";
import { Checkout, type Ended } from "./checkout.ts";
import { commandsIn, DOCUMENTS, readDocument } from "./documents.ts";
import { example, exampleNames } from "./examples.ts";

/** How a command is tried. */
interface Trial {
  needs?: ToolName[];
  run(command: string): Promise<void>;
}

/** It serves a page and a chat, on a free port, and ends with 0 when it is asked to. */
function serves(signal: Deno.Signal = "SIGTERM", change = (line: string) => line): Trial {
  return {
    async run(command) {
      await using checkout = await Checkout.make();
      if (command.includes("switchboard.js")) await bundle(checkout);
      await using started = await checkout.start(change(command));
      const { service } = started;
      await chats(service);
      service.kill(signal);
      assertEquals(await service.exited, 0);
    },
  };
}

/** The author of what {@linkcode makeStore} stores. */
function withAda(line: string): string {
  return line.replace("ID", "ada");
}

/** It ends with 0. @param change what must differ here @param look at its result */
function ends(
  change: (line: string) => string,
  look?: (ended: Ended, checkout: Checkout) => unknown,
  needs?: ToolName[],
): Trial {
  return {
    needs,
    async run(command) {
      await using checkout = await Checkout.make();
      await makeStore(checkout);
      const ended = await checkout.run(change(command));
      assertEquals(ended.code, 0, `${ended.err}\n${ended.out}`.slice(-3_000));
      await look?.(ended, checkout);
    },
  };
}

const asItIs = (line: string) => line;
const adds = (words: string) => (line: string) => `${line} ${words}`;

/** The CI script runs it, before or with these tests. */
const IN_CI: Trial = {
  async run(command) {
    const script = await Deno.readTextFile(`${ROOT}.ci/run`);
    assertMatch(script, new RegExp(`^npx -y deno@[\\d.]+ ${command.replace("deno ", "")}\\b`, "m"));
  },
};

/** It takes a quarter of an hour: its flags are read by its own reader. */
const BENCH: Trial = {
  run(command) {
    readFlags({ ...BENCH_FLAGS, write: { type: "text" } }, command.split(" ").slice(3));
    return Promise.resolve();
  },
};

/** It takes a minute, and its figures are worth nothing beside other tests, which try its parts: that it starts is tried. */
const PAGE_BENCH: Trial = ends(adds("--help"), ({ out }) => assertStringIncludes(out, "bench:page"));

/** `deno task chat` beside a server. What is typed, and what it prints. */
function roomTool(typed: string, printed: RegExp): Trial {
  return {
    async run(command) {
      await using checkout = await Checkout.make();
      await using started = await checkout.start("deno task start");
      await Deno.writeTextFile(`${checkout.path}/report.txt`, "from the input\n");
      const at = (line: string) => line.replace("localhost:8000", `127.0.0.1:${started.service.port}`);
      const url = `http://127.0.0.1:${started.service.port}`;
      const say = () => checkout.run(`echo from the input | deno task chat send ${url} lobby`);
      assertEquals((await say()).code, 0);
      // One that only reads ends when its reader has gone, which it notices as something comes.
      const line = command.includes(" tail ") ? `${at(command)} | head -n 1` : at(command);
      let isOver = false;
      const running = checkout.run(typed === "" ? line : `(printf '${typed}'; sleep 2) | ${line}`).finally(() =>
        isOver = true
      );
      while (command.includes(" tail ") && !isOver) await say();
      const { code, out, err } = await running;
      assertEquals(code, 0, err);
      assertMatch(out, printed);
    },
  };
}

/** The proof, for six seconds and with few clients. */
function proves(): Trial {
  const shorten = (line: string) =>
    [["--minutes", "0.1"], ["--clients", "3"], ["--store", "sqlite"]].reduce(
      (words, [flag, value]) =>
        words.includes(flag!) && flag !== "--store"
          ? words.replace(new RegExp(`${flag} \\S+`), `${flag} ${value}`)
          : words.includes(flag!)
          ? words
          : `${words} ${flag} ${value}`,
      line,
    );
  return ends(shorten, ({ out }) => assertMatch(out, /\*\*violations\*\* \| \*\*0\*\*/));
}

/** What it takes to try it is not to be had by a test; the reason is told. */
function untried(reason: string, told?: { document: string; words: string }): Trial {
  return {
    run() {
      assert(reason !== "");
      if (told) assertStringIncludes(readDocument(told.document), told.words);
      return Promise.resolve();
    },
  };
}

/** The tests of the page for developers run it. */
const EXAMPLE: Trial = {
  run(command) {
    assert(exampleNames().some((name) => example(name, "localhost:8000") === command), `no example is ${command}`);
    return Promise.resolve();
  },
};

/** A recipe, which `people_test.ts` beside this file runs with what belongs to it. */
function recipe(words: string): Trial {
  return {
    run(command) {
      assertStringIncludes(command, words);
      assertStringIncludes(Deno.readTextFileSync(`${ROOT}tests/docs/people_test.ts`), `commandWith("${words}")`);
      return Promise.resolve();
    },
  };
}

/** `ladder_test.ts` beside this file runs it. */
const LADDER: Trial = {
  run(command) {
    const [file] = /\w+\.ts$/.exec(command)!;
    assertStringIncludes(Deno.readTextFileSync(`${ROOT}tests/docs/ladder_test.ts`), `"${file}"`);
    return Promise.resolve();
  },
};

/** `package_test.ts` beside this file runs it. */
const PACKAGE: Trial = {
  run(command) {
    const last = command.split(" ").at(-1)!;
    assertStringIncludes(Deno.readTextFileSync(`${ROOT}tests/docs/package_test.ts`), `"${last}"`);
    return Promise.resolve();
  },
};

/** An example of the page for developers, saved under the name that its text gives and started as it says. */
function startsExample(name: string, file: string): Trial {
  return {
    async run(command) {
      await using checkout = await Checkout.make();
      await using started = await checkout.start("deno task start", { METRICS: "on" });
      const { service } = started;
      await using folder = await makeFolder();
      const host = `127.0.0.1:${service.port}`;
      const here = command.replace("localhost:8000", host)
        .replace(/^deno /, `exec "${Deno.execPath()}" `)
        // Before Node 22 a program has to ask for its sockets.
        .replace(/^node /, `exec "${pathOf("node")}" --experimental-websocket `);
      const program = example(name, host);
      if (command.startsWith("node ")) {
        const client = await (await fetch(`${service.url}/client.js`)).text();
        await Deno.writeTextFile(`${folder.path}/client.mjs`, client);
      }
      await Deno.writeTextFile(`${folder.path}/${file}`, program);
      await using _program = ServiceProcess.spawn({
        command: ["bash", "-c", here],
        args: [],
        cwd: folder.path,
      });
      await eventually(async () => {
        const metrics = await (await fetch(`${service.url}/metrics`)).text();
        return /^switchboard_connections 1$/m.test(metrics);
      }, "it to connect");
    },
  };
}

const DEPLOY = untried("it takes an account", {
  document: "README.md",
  words: "We have not tried this on Deno Deploy itself",
});

const CONTAINER = untried(
  "it takes a machine that runs containers; `deployment_test.ts` beside this file runs what is in them",
  {
    document: "docs/operators.md",
    words: "none could be built where this was written",
  },
);

/** `telemetry_test.ts` of `tests/service/` starts it with these, before a collector. */
const TELEMETRY: Trial = {
  run(command) {
    const text = Deno.readTextFileSync(`${ROOT}tests/service/telemetry_test.ts`);
    for (const [name] of command.matchAll(/OTEL_\w+(?==)/g)) assertStringIncludes(text, name);
    return Promise.resolve();
  },
};

const COMMANDS: Record<string, Trial> = {
  "deno task dev": serves("SIGINT"),
  "deno task dev --host ::": serves("SIGINT"),
  "PORT=8001 npx -y deno@2.9.6 task dev": serves("SIGINT", () => "deno task dev"),
  "deno task start": serves(),
  "ACCESS=known ORIGINS=http://192.168.1.20:8000 deno task start": recipe("ORIGINS="),
  "HOST=127.0.0.1 ACCESS=token IDENTITY_HEADER=Remote-User TRUST_PROXY=127.0.0.1 deno task start": recipe(
    "IDENTITY_HEADER=",
  ),
  "TOKEN_SECRET=$(<secret) TOKEN_AUDIENCE=chat ACCESS=token deno task start": recipe("TOKEN_SECRET="),
  "OTEL_DENO=true OTEL_SERVICE_NAME=switchboard OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 OTEL_TRACES_SAMPLER=always_off deno task start":
    TELEMETRY,
  "deno task start --help": ends(asItIs, ({ out }) => assertStringIncludes(out, "--port NUMBER")),
  "deno run --allow-net --allow-read=data --allow-write=data --allow-sys=systemMemoryInfo --allow-env=PORT,HOST,CHAT_STORE,STORE_BYTES,KEEP_MESSAGES,KEEP_DAYS,TLS_CERT,TLS_KEY,ORIGINS,EMBED,TRUST_PROXY,ACCESS,TOKEN_SECRET,TOKEN_JWKS,TOKEN_AUDIENCE,TOKEN_ISSUER,TOKEN_URL,IDENTITY_HEADER,OWNERS,MEMORY_LIMIT,RATE_LIMIT,ADDRESS_CONNECTIONS,ADDRESS_CONNECTS,ADDRESS_ROOMS,METRICS,METRICS_TOKEN,REUSE_PORT,GUARD,LISTEN,WS_NO_BUFFER_UTIL switchboard.js --listen":
    serves(
      "SIGTERM",
      adds("--port 0"),
    ),
  "exec \"$(npx -y deno@2.9.6 eval 'console.log(Deno.execPath())')\" task start": { ...serves(), needs: ["npm"] },
  "deno serve --port 8000 main.ts": {
    async run(command) {
      await using checkout = await Checkout.make();
      const port = freePort();
      // The permissions are named elsewhere.
      const line = command.replace("deno serve", "deno serve -A").replace("8000", `${port}`);
      await using started = await checkout.start(line);
      const { service } = started;
      await chats({ url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` });
      assertEquals(await service.stop(), 0);
    },
  },
  "docker build -t switchboard .": CONTAINER,
  "docker run -p 8000:8000 -v messages:/app/data -e ACCESS=known switchboard": CONTAINER,
  // `ladder_test.ts` beside this file runs them.
  "deno run --allow-net examples/1_tutorial.ts": LADDER,
  "deno run --allow-net examples/2_what_it_loses.ts": LADDER,
  "deno run --allow-net examples/3_six_lines.ts": LADDER,
  "deno task demo": ends(adds("--seconds 1"), ({ out }) => assertMatch(out, /^\| Switchboard +\|.*\| +0 \| +0 \|/m)),
  "deno task prove --peer ours,tutorial,ws,socketio,socketio-stored --minutes 1 --seed 7 --write docs/proof.md": ends(
    (line) => line.replace("ours,tutorial,ws,socketio,socketio-stored --minutes 1", "socketio,ours --minutes 0.1"),
    ({ out }) => assertMatch(out, /^\| Socket\.IO /m),
  ),
  "deno run --allow-net --allow-read --allow-write chat.ts": PACKAGE,
  "deno pack": PACKAGE,
  "deno publish --dry-run": PACKAGE,
  "deno publish": untried("it takes an account, and cannot be taken back"),
  "deno task bundle": ends(
    asItIs,
    (_, { path }) => assert(Deno.statSync(`${path}/dist/switchboard.js`).size > 100_000),
  ),
  "deno task check": IN_CI,
  "deno task test": IN_CI,
  "deno task ok": {
    run() {
      assertEquals(manifest.tasks.ok.command, "deno task check && deno task test");
      return Promise.resolve();
    },
  },
  "deno test -A tests/room/join_test.ts": ends(asItIs, ({ out }) => assertMatch(out, /\d+ passed.* \| 0 failed/)),
  "deno task test tests/room/join_test.ts": ends(asItIs, ({ out }) => assertMatch(out, /^\d+ passed, 0 failed$/m)),
  "deno task test tests/browser/words_test.ts": ends(asItIs, ({ out }) => assertMatch(out, /^\d+ passed, 0 failed$/m)),
  "deno cache --lock=tests/deno.lock npm:NAME@VERSION": ends(
    (line) => line.replace("NAME@VERSION", "wscat@6.1.0"),
    undefined,
    ["npm"],
  ),
  "deno task sim": ends(adds("--seeds 20"), ({ out }) => assertStringIncludes(out, ": 0 failed")),
  "deno task fuzz": ends(adds("--minutes 0.01"), ({ out }) => assertStringIncludes(out, "; 0 failed")),
  "deno task mutants": ends(
    adds("a message is acknowledged before it is stored"),
    ({ out }) => assertStringIncludes(out, "All 1 planted bugs were found"),
  ),
  "deno task prove": proves(),
  "deno task prove --seed 7 --minutes 5 --store sqlite": proves(),
  "deno task prove --store kv --clients 30": proves(),
  "deno task prove --write docs/proof.md": proves(),
  "deno task bench": BENCH,
  "deno task bench --quick": BENCH,
  "deno task bench --only room1000@400,ours,uws": BENCH,
  "deno task bench --write docs/benchmarks.md": BENCH,
  "deno task bench --only attack": BENCH,
  "deno task bench --only attack --write docs/benchmarks.md": BENCH,
  "deno task picture": {
    needs: ["chromium"],
    async run(command) {
      await using checkout = await Checkout.make();
      const { code, err } = await checkout.run(command);
      assertEquals(code, 0, err);
      const { size } = await Deno.stat(`${checkout.path}/docs/picture.png`);
      assertLess(size, 1_000_000);
    },
  },
  "deno task bench:page": PAGE_BENCH,
  "deno task bench:page --write docs/benchmarks.md": PAGE_BENCH,
  "deno task bench:micro": ends(adds("--no-run")),
  "deno run -A tests/bench/log_bench.ts [STORE]": ends((line) =>
    line.replace("deno run", "deno check").replace("-A ", "").replace("[STORE]", "")
  ),
  "deno run -A tests/bench/token_bench.ts": ends((line) => line.replace("deno run -A", "deno check")),
  "deno task doctor --host localhost": ends(asItIs, ({ out }) => assertMatch(out, /^ok .*A sync takes/m)),
  "deno task conform ws://localhost:8000": {
    async run(command) {
      await using checkout = await Checkout.make();
      await using started = await checkout.start("deno task start");
      const { code, out } = await checkout.run(command.replace(":8000", `:${started.service.port}`));
      assertEquals(code, 0, out);
      assertMatch(out, /^✓ Stores a message once/m);
      assertMatch(out, /^\d+ hold, 0 fail, 2 were not tried$/m);
    },
  },
  "deno task doctor --url https://chat.example/ --trust-proxy 127.0.0.1": {
    async run(command) {
      await using checkout = await Checkout.make();
      await using started = await checkout.start("deno task start");
      const address = `http://localhost:${started.service.port}/`;
      const { code, out } = await checkout.run(command.replace("https://chat.example/", address));
      assertEquals(code, 0, out);
      assertMatch(out, /^ok .*A socket is opened for the page of/m);
    },
  },
  "deno task backup sqlite:data/switchboard.db chat-backup.db": {
    async run(command) {
      await using checkout = await Checkout.make();
      await using _service = await checkout.start("deno task start");
      const { code, err } = await checkout.run(command);
      assertEquals(code, 0, err);
      assert(Deno.statSync(`${checkout.path}/chat-backup.db`).size > 0);
    },
  },
  "deno task restore chat-backup.db sqlite:data/switchboard.db": {
    async run(command) {
      await using checkout = await Checkout.make();
      await makeStore(checkout);
      assertEquals((await checkout.run("deno task backup sqlite:data/switchboard.db chat-backup.db")).code, 0);
      const { code, err } = await checkout.run(command);
      assertEquals(code, 0, err);
      assertStringIncludes(err, "What was there before is data/switchboard.db.replaced-");
    },
  },
  "deno task export sqlite:data/switchboard.db lobby > lobby.jsonl": ends(
    asItIs,
    (_, { path }) => assertEquals(JSON.parse(Deno.readTextFileSync(`${path}/lobby.jsonl`)).text, "hello"),
  ),
  "deno task import lobby.jsonl kv:data/chat.kv lobby": {
    async run(command) {
      await using checkout = await Checkout.make();
      await makeStore(checkout);
      await checkout.run("deno task export sqlite:data/switchboard.db lobby > lobby.jsonl");
      const { code, err } = await checkout.run(command);
      assertEquals(code, 0, err);
      assertStringIncludes(err, "Imported 1 messages");
    },
  },
  "deno task admin rooms sqlite:data/switchboard.db": ends(
    asItIs,
    ({ out }) => assertMatch(out, /^lobby\t-\t0\t1\t/m),
  ),
  "deno task admin person sqlite:data/switchboard.db ID": ends(
    withAda,
    ({ out }) => assertEquals(JSON.parse(out).text, "hello"),
  ),
  "deno task admin owner sqlite:data/switchboard.db ROOM ID": ends(
    (line) => line.replace("ROOM", "lobby").replace("ID", "t-ada"),
    ({ err }) => assertStringIncludes(err, "t-ada owns the room lobby"),
  ),
  "deno task admin ban sqlite:data/switchboard.db ID ROOM": ends(
    (line) => withAda(line).replace("ROOM", "lobby"),
    ({ err }) => assertStringIncludes(err, "ada is banned from the room lobby"),
  ),
  "deno task admin claim sqlite:data/switchboard.db": ends(
    asItIs,
    ({ out }) => assertMatch(out, /^\/i#claim\.[\da-f]{32}$/m),
  ),
  "deno task admin revoke sqlite:data/switchboard.db ID NEXT": ends(
    (line) => line.replace("ID", "t-ada").replace("NEXT", "t-bob"),
    ({ err }) => assertStringIncludes(err, "t-ada is called back, for good: its owner is t-bob now"),
  ),
  "deno task bot sqlite:data/switchboard.db": ends(asItIs, ({ out }) => assertEquals(out, "id\trooms\tmay\tmade\n")),
  "deno task bot sqlite:data/switchboard.db deploys ops,ops-* write": ends(
    asItIs,
    ({ out }) => assertMatch(out, /^sbk_[\da-f]{64}\n$/),
  ),
  "deno task bot sqlite:data/switchboard.db deploys --remove": {
    async run(command) {
      await using checkout = await Checkout.make();
      await makeStore(checkout);
      await checkout.run(command.replace("--remove", ""));
      const { code, err } = await checkout.run(command);
      assertEquals(code, 0, err);
      assertStringIncludes(err, "b-deploys is taken back");
    },
  },
  'curl -d \'{"text":"deployed 4f2a"}\' https://chat.example/v1/hooks/sbk_SECRET': {
    needs: ["curl"],
    async run(command) {
      await using checkout = await Checkout.make();
      await makeStore(checkout);
      const made = await checkout.run("deno task bot sqlite:data/switchboard.db ci lobby");
      await using started = await checkout.start("deno task start");
      const address = `http://127.0.0.1:${started.service.port}`;
      const line = command.replace("https://chat.example", address).replace("sbk_SECRET", made.out.trim());
      const { code, out, err } = await checkout.run(line);
      assertEquals([code, JSON.parse(out).seq], [0, 2], err);
    },
  },
  "deno task admin erase sqlite:data/switchboard.db ID": ends(
    withAda,
    ({ err }) => assertStringIncludes(err, "Erased ada: messages 1, reactions 0, roles 0"),
  ),
  'sqlite3 data/switchboard.db "PRAGMA integrity_check"': ends(asItIs, ({ out }) => assertEquals(out, "ok\n"), [
    "sqlite3",
  ]),
  "sqlite3 data/switchboard.db .dump | sed 's/^ROLLBACK.*/COMMIT;/' | sqlite3 saved.db": {
    needs: ["sqlite3"],
    async run(command) {
      await using checkout = await Checkout.make();
      await makeStore(checkout, 3_000);
      await damage(`${checkout.path}/data/switchboard.db`);
      await checkout.run(command);
      const { out } = await checkout.run("sqlite3 saved.db 'SELECT count(*) FROM messages'");
      assert(Number(out) > 100 && Number(out) < 3_000, out);
    },
  },
  "sqlite3 data/switchboard.db VACUUM": ends(asItIs, ({ out }) => assertEquals(out, ""), ["sqlite3"]),
  "sqlite3 data/chat.kv VACUUM": {
    needs: ["sqlite3"],
    async run(command) {
      await using checkout = await Checkout.make();
      const path = `${checkout.path}/data/chat.kv`;
      const texts = await makeKvWithDeleted(path);
      assertEquals((await checkout.run(command)).code, 0);
      const bytes = new TextDecoder("latin1").decode(await Deno.readFile(path));
      assertEquals(texts.filter((text) => bytes.includes(text)), []);
      const log = openLog(await openStore(`kv:${path}`));
      assertEquals((await log.read("lobby", { limit: 1_000 })).events.length, texts.length);
      await log.close();
    },
  },
  "deno task chat chat http://localhost:8000 lobby --name Ada": roomTool("hello\n", /^Ada: hello$/m),
  "deno task chat tail http://localhost:8000 lobby --from 1 --json": roomTool("", /"text":"from the input"/),
  "deno task chat send http://localhost:8000 lobby --id backup --nonce 2026-11-26 < report.txt": roomTool("", /^$/),
  "fuser data/switchboard.db": {
    needs: ["fuser"],
    async run(command) {
      await using checkout = await Checkout.make();
      await using _service = await checkout.start("deno task start");
      assertMatch((await checkout.run(command)).out, /\d+/);
    },
  },
  "ls -l /proc/PID/fd": ends((line) => line.replace("PID", () => "$$")),
  "journalctl -u switchboard -o cat": untried("it takes systemd"),
  "git checkout deno.lock": untried("it takes a repository, and is git's own"),
  "npx -y wscat -c ws://localhost:8000/ws/42": EXAMPLE,
  "npx -y wscat -s chat.v1 -c ws://localhost:8000/ws/42": EXAMPLE,
  "deno run --allow-net plain.ts": startsExample("plain-deno", "plain.ts"),
  "deno run --allow-net --allow-import=localhost:8000 bot.ts": startsExample("chat-deno", "bot.ts"),
  "deno run --allow-net --allow-import=localhost:8000 bot.mjs": startsExample("client-bot", "bot.mjs"),
  "node bot.mjs": { ...startsExample("client-bot-node", "bot.mjs"), needs: ["node"] },
  "deno run --allow-net --allow-import=localhost:8000 mirror.js": startsExample("chat-changes", "mirror.js"),
  'deno run --allow-net --allow-import=localhost:8000 say.js "The backup is done"': {
    async run(command) {
      await using checkout = await Checkout.make();
      await using started = await checkout.start("deno task start");
      await Deno.writeTextFile(`${checkout.path}/say.js`, example("chat-cron", `127.0.0.1:${started.service.port}`));
      const line = command.replace("localhost:8000", `127.0.0.1:${started.service.port}`).replace("run", "run --quiet");
      assertEquals(await checkout.run(line), { code: 0, out: "", err: "" });
      const { out } = await checkout.run("deno task export sqlite:data/switchboard.db lobby");
      assertEquals(JSON.parse(out).text, "The backup is done");
    },
  },
};
for (
  const command of [
    "deno deploy create --org ORG --app APP --source local --runtime-mode dynamic --entrypoint main.ts --region eu --no-wait",
    "deno deploy database provision DB --kind denokv --org ORG",
    "deno deploy database assign DB --org ORG --app APP",
    "deno deploy --prod --org ORG --app APP",
  ]
) COMMANDS[command] = DEPLOY;

/** Not commands, but names: the beginning of one, or a way to start of which others are examples. */
const NAMES = ["deno task", "deno run", "deno run …", "deno serve", "deno serve --parallel"];
const TASK_NAMES = [
  "deno task doctor --url",
  "deno task backup",
  "deno task export",
  "deno task restore",
  "deno task admin",
  "deno task admin owner",
  "deno task admin claim",
  "deno task admin revoke",
];

Deno.test("every command that a document names is tried here, and no other", () => {
  const named = new Map(DOCUMENTS.flatMap((document) => commandsIn(document).map((command) => [command, document])));
  for (const [command, document] of named) {
    const known = command in COMMANDS || NAMES.includes(command) || TASK_NAMES.includes(command) ||
      exampleNames().some((name) => example(name, "localhost:8000") === command);
    assert(known, `${document} names a command that nobody tries: ${command}`);
  }
  for (const command of [...Object.keys(COMMANDS), ...NAMES, ...TASK_NAMES]) {
    assert(named.has(command), `No document names ${command} any more: remove it here`);
  }
});

Deno.test("a machine with only Node is told to fetch the same Deno everywhere", () => {
  const texts = [...DOCUMENTS.map(readDocument), Deno.readTextFileSync(`${ROOT}.ci/run`)];
  const versions = texts.flatMap((text) =>
    Array.from(text.matchAll(/npx -y deno@([\d.]+)/g), ([, version]) => version)
  );
  assertEquals([...new Set(versions)].length, 1);
});

for (const [command, { needs = [], run }] of Object.entries(COMMANDS)) {
  testWith(needs, { name: `as documented: ${command}`, fn: () => run(command) });
}

/** A page is served, and a message comes back. */
async function chats(at: { url: string; wsUrl: string }): Promise<void> {
  assertStringIncludes(await (await fetch(at.url)).text(), "<title>Switchboard");
  await using ada = await PlainClient.open(at, "ada");
  ada.send("hello");
  await ada.untilFrame("Client #ada says: hello");
}

/** The bundle, where a reader has taken it. */
async function bundle(checkout: Checkout): Promise<void> {
  const { code, err } = await checkout.run("deno task bundle && cp dist/switchboard.js .");
  assertEquals(code, 0, err);
}

/** The default store with so many messages in it. */
async function makeStore({ path }: Checkout, messages = 1): Promise<void> {
  await Deno.mkdir(`${path}/data`);
  const log = openLog(await openStore(`sqlite:${path}/data/switchboard.db`));
  await Promise.all(Array.from({ length: messages }, () => log.append("lobby", by("hello"))));
  await log.close();
}

/** Makes a Deno KV file with messages that were deleted. @returns what they said, which is still somewhere in the file */
async function makeKvWithDeleted(path: string): Promise<string[]> {
  await Deno.mkdir(path.replace(/[^/]*$/, ""), { recursive: true });
  const log = openLog(await openStore(`kv:${path}`));
  const texts = Array.from({ length: 300 }, () => `a secret ${crypto.randomUUID()}`);
  await Promise.all(texts.map((text) => log.append("lobby", by(text))));
  const deletions = texts.map((_, index) =>
    log.append("lobby", { kind: "delete", id: "ada", name: "Ada", target: index + 1 })
  );
  await Promise.all(deletions);
  await log.close();
  const bytes = new TextDecoder("latin1").decode(await Deno.readFile(path));
  assert(texts.some((text) => bytes.includes(text)), "Deno KV leaves nothing: the page can say so");
  return texts;
}

/** Overwrites a fifth of a file. */
async function damage(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  const { size } = await file.stat();
  await file.seek(Math.floor(size * 0.6), Deno.SeekMode.Start);
  await file.write(new Uint8Array(Math.floor(size * 0.2)).fill(0xa5));
}
