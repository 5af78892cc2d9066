/**
 * Each example of the page for developers that is not for a browser, run as a reader would run it, against a real server. The
 * ones for a browser run in `tests/browser/docs_test.ts`.
 *
 * @module
 */

import { textsOf } from "../lib/messages.ts";
import { appendTo } from "../lib/append_to.ts";
import { FlakyLine } from "../browser/flaky_line.ts";
import { assert, assertEquals, assertMatch } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { LOCK, WSCAT } from "../lib/packages.ts";
import { eventually } from "../lib/patience.ts";
import { startServer, type TestServer } from "../lib/server.ts";
import { pathOf, testWith } from "../lib/tools.ts";
import { Folder } from "../stores/in_folder.ts";
import { example } from "./examples.ts";
import { Program } from "./program.ts";

Deno.test("wscat speaks plain text", async () => {
  await using server = startServer();
  await using other = await PlainClient.open(server, "7");
  await using wscat = new Program(...shell(example("plain-wscat", hostOf(server))));
  await typeUntil(wscat, "hello", () => other.frames.length > 0);
  assertEquals(other.frames[0], "Client #42 says: hello");
  await wscat.untilPrinted("Client #42 says: hello");
});

Deno.test("wscat speaks chat.v1, and the same nonce twice is one message", async () => {
  await using server = startServer();
  await using wscat = new Program(...shell(example("chat-wscat", hostOf(server))));
  const lines = example("chat-wscat-lines", hostOf(server)).trim().split("\n");
  await typeUntil(wscat, lines[0]!, () => wscat.lines.some((line) => line.includes('"welcome"')));
  for (const line of lines.slice(1)) await wscat.type(line);
  await wscat.until((lines) => lines.some((line) => /"type":"ok","ref":"4".*"seq":1\b/.test(line)), "an ok");
  await wscat.untilPrinted('"type":"message"');
  assertEquals(await texts(server), ["Hello from wscat"]);
});

Deno.test("a job that nobody watches publishes its text, every night again, and ends with 0", async () => {
  await using server = startServer();
  for (const _night of [1, 2]) {
    await using job = say(hostOf(server), "The backup is done");
    assertEquals(await job.end(), { code: 0, errors: "" });
  }
  assertEquals(await texts(server), ["The backup is done", "The backup is done"]);
});

Deno.test("a job's text is stored once, though the ok gets lost", async () => {
  await using server = startServer();
  await using line = new LineTo(server);
  line.down = (text) => {
    if (JSON.parse(text).type !== "ok") return text;
    line.mend();
    line.cut();
    return undefined;
  };
  await using job = say(line.host, "The backup is done");
  assertEquals(await job.end(), { code: 0, errors: "" });
  assertEquals(await texts(server), ["The backup is done"]);
});

Deno.test("a job whose text is refused, or whose server does not answer, ends with 1 and the reason", async () => {
  await using server = startServer();
  await using refused = say(hostOf(server), "x".repeat(5_000));
  await using line = new LineTo(server);
  line.refusing = true;
  await using away = say(line.host, "The backup is done", 1_000);
  for (
    const [job, reason] of [[refused, /^Not known to be stored: .*4,?000/], [
      away,
      /^Not known to be stored: It was closed/,
    ]] as const
  ) {
    const { code, errors } = await job.end();
    assertEquals(code, 1);
    assertMatch(errors, reason);
  }
});

Deno.test("wscat reads what FastAPI's example says", async () => {
  await using server = startServer();
  await using wscat = new Program(...shell(example("like-fastapi", hostOf(server))));
  await typeUntil(wscat, "hello", () => wscat.lines.some((line) => line.includes("You wrote: hello")));
  await wscat.untilPrinted("Client #42 says: hello");
  await (await PlainClient.open(server, "7")).close();
  await wscat.untilPrinted("Client #7 left the chat");
});

Deno.test("the TypeScript examples have sound types", async () => {
  await using server = startServer();
  const folder = await Deno.makeTempDir({ prefix: "switchboard-docs-" });
  try {
    const files = ["plain-deno", "chat-deno"].map((name) => `${folder}/${name}.ts`);
    for (const file of files) {
      await Deno.writeTextFile(file, example(file.slice(folder.length + 1, -3), hostOf(server)));
    }
    const imports = [`--allow-import=${hostOf(server)}`, "--reload"];
    const check = await new Deno.Command(Deno.execPath(), { args: ["check", "--no-config", ...imports, ...files] })
      .output();
    assert(check.success, new TextDecoder().decode(check.stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the plain TypeScript example says hello and prints what it hears", async () => {
  await using server = startServer();
  await using other = await PlainClient.open(server, "7");
  await using program = deno("plain-deno", hostOf(server));
  await other.untilFrame("Client #42 says: Hello from Deno");
  other.send("welcome");
  await program.until((lines) => lines.includes("Client #7 says: welcome"), "the other's text");
});

Deno.test("the bot answers each question once, those included that came while it was away", async () => {
  await using server = startServer();
  await using line = new LineTo(server);
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using _bot = deno("chat-deno", line.host);
  await ada.publish("lobby", "!time");
  await ada.untilSeq("lobby", 2);
  line.refusing = true;
  line.cut();
  await eventually(() => server.manager.stats.connections === 1, "the bot to be cut off");
  await ada.publish("lobby", "nothing to answer");
  await ada.publish("lobby", "!time");
  line.mend();
  await ada.untilSeq("lobby", 5);
  const answers = ada.messages("lobby").filter(({ id }) => id === "time-bot");
  assertEquals(answers.map(({ seq }) => seq), [2, 5]);
});

Deno.test("the bot on the served client answers each question once, those included that came while it was away", async () => {
  await using server = startServer();
  await using line = new LineTo(server);
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await using _bot = deno("client-bot", line.host);
  await assertAnswers(server, line, ada);
});

/** A bot answers `!time`, over a cut. */
async function assertAnswers(server: TestServer, line: FlakyLine, ada: ChatClient): Promise<void> {
  // Connected is not yet in the room, where it hears what comes from now on.
  await ada.push("presence", ({ joins }) => joins.some(({ name }) => name === "Time"));
  await ada.publish("lobby", "!time");
  await ada.untilSeq("lobby", 2);
  line.refusing = true;
  line.cut();
  await eventually(() => server.manager.stats.connections === 1, "the bot to be cut off");
  await ada.publish("lobby", "nothing to answer");
  await ada.publish("lobby", "!time");
  line.mend();
  await ada.untilSeq("lobby", 5);
  const answers = ada.messages("lobby").filter(({ name }) => name === "Time");
  assertEquals(answers.map(({ seq, reply }) => [seq, reply]), [[2, 1], [5, 4]]);
}

Deno.test("a bot that starts again does not answer twice", async () => {
  await using server = startServer();
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await ada.publish("lobby", "!time");
  {
    await using _first = deno("chat-deno", hostOf(server));
    await ada.untilSeq("lobby", 2);
  }
  await using line = new LineTo(server);
  let answered = 0;
  line.down = (text) => {
    if (text.startsWith('{"type":"ok"') || text.includes('"code":"nonce_used"')) answered++;
    return text;
  };
  await using _second = deno("chat-deno", line.host);
  await ada.publish("lobby", "!time");
  // The new bot does not know what the old one did, and answers both questions; the server keeps one answer to each.
  await eventually(() => answered === 2, "both answers to be stored or refused");
  await ada.settled();
  assertEquals(ada.messages("lobby").map(({ id }) => id), ["ada", "time-bot", "ada", "time-bot"]);
});

Deno.test("the mirror shows each message as it is by now, what changed while it was away included", async () => {
  await using server = startServer();
  await using line = new LineTo(server);
  const { log } = server;
  const [ada, bob] = [{ id: "k-ada", name: "Ada" }, { id: "7", name: "Bob" }];
  await appendTo(log, "lobby", { ...ada, text: "first" });
  await using mirror = deno("chat-changes", line.host);
  await mirror.until((lines) => lines.at(-1) === "1 Ada: first", "the message");
  await appendTo(log, "lobby", { kind: "edit", ...ada, target: 1, version: 0, text: "second" });
  await mirror.until((lines) => lines.at(-1) === "1 Ada: second", "the edit");
  await appendTo(log, "lobby", { kind: "react", ...bob, target: 1, emoji: "👍", on: true });
  await mirror.until((lines) => lines.at(-1) === "1 Ada: second 👍1", "the reaction");
  line.refusing = true;
  line.cut();
  await eventually(() => server.manager.stats.connections === 0, "it to be cut off");
  await appendTo(log, "lobby", { kind: "react", ...ada, target: 1, emoji: "👍", on: true });
  await appendTo(log, "lobby", { ...bob, text: "said while away" });
  await appendTo(log, "lobby", { kind: "delete", ...bob, target: 5 });
  line.mend();
  await mirror.until((lines) => lines.at(-1) === "5 Bob: (deleted)", "the deletion");
  assert(mirror.lines.includes("1 Ada: second 👍2"), mirror.lines.join("\n"));
});

testWith("python3-websockets", {
  name: "the plain Python example says hello and prints what it hears",
  async fn() {
    await using server = startServer();
    await using other = await PlainClient.open(server, "7");
    await using program = python("plain-python", hostOf(server), "null");
    await other.untilFrame("Client #42 says: Hello from Python");
    other.send("welcome");
    await program.until((lines) => lines.includes("Client #7 says: welcome"), "the other's text");
  },
});

testWith("python3-websockets", {
  name: "the bot in Python answers each question once, those included that came while it was away, and ends in silence",
  async fn() {
    await using server = startServer();
    await using line = new LineTo(server);
    await using folder = new Folder("bot.py");
    await using ada = await ChatClient.open(server, "ada", "lobby");
    // As a reader saves them, beside each other.
    const client = await (await fetch(`${server.url}/client.py`)).text();
    await Deno.writeTextFile(folder.file.replace("bot.py", "switchboard.py"), client);
    await Deno.writeTextFile(folder.file, example("client-bot-python", line.host));
    // Tests that run in the background of a shell ignore Ctrl-C, and so would their programs.
    const command = ["--default-signal=INT", pathOf("python3-websockets")!, folder.file];
    await using bot = new Program("env", command, "null");
    await assertAnswers(server, line, ada);
    bot.interrupt();
    const { code, errors } = await bot.end();
    // It tells its operator of the outage, and of its end.
    assertMatch(errors, /^Not connected, trying again: .+\nConnected again\n$/);
    assertEquals(code, 0);
  },
});

testWith("python3-websockets", {
  name: "an id made by the Python example proves itself with its key, and with no other",
  async fn() {
    await using server = startServer();
    await using program = python("key-python", "", "null");
    await program.until((lines) => lines.length === 1, "an id and a key");
    const [id, key] = program.lines[0]!.split(" ");
    await assertBelongs(server, id!, key!);
  },
});

Deno.test("an id made by the JavaScript example proves itself with its key, and with no other", async () => {
  await using server = startServer();
  await using program = deno("key-javascript", "");
  await program.until((lines) => lines.length === 1, "an id and a key");
  const [id, key] = program.lines[0]!.split(" ");
  await assertBelongs(server, id!, key!);
});

/** A {@linkcode FlakyLine} before a server. */
class LineTo extends FlakyLine {
  constructor({ port }: TestServer) {
    super(port);
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }
}

async function assertBelongs(server: TestServer, id: string, key: string): Promise<void> {
  await using client = await ChatClient.connect(server, id);
  assertEquals((await client.ask({ type: "hello", key: `${key}x` }, "error")).code, "bad_key");
  assertEquals((await client.ask({ type: "hello", key }, "welcome")).id, id);
}

function hostOf({ port }: TestServer): string {
  return `127.0.0.1:${port}`;
}

async function texts(server: TestServer): Promise<string[]> {
  return textsOf((await server.log.read("lobby", { limit: 10 })).events);
}

/** A command line as a shell would split it, with the tested wscat in place of npm's newest. */
function shell(line: string): [command: string, args: string[]] {
  assert(line.startsWith("npx -y wscat "));
  // What comes from npm is what the tests have; the rest is for the shell, as it is written.
  const npx = `npx() { shift 2; exec "${Deno.execPath()}" run -A ${LOCK} ${WSCAT} "$@"; }`;
  return ["sh", ["-c", [npx, line].join("\n")]];
}

/** Types a line repeatedly: wscat drops what is typed before it is connected, and does not tell when it is. */
async function typeUntil(program: Program, line: string, heard: () => boolean): Promise<void> {
  const typing = setInterval(() => program.type(line).catch(() => {}), 100);
  try {
    await program.until(() => heard(), "what was typed to arrive");
  } finally {
    clearInterval(typing);
  }
}

/** The job of the page. @param patienceMs for how long it tries, in place of its minute */
function say(host: string, text: string, patienceMs = 60_000): Program {
  const program = example("chat-cron", host).replace("60_000", `${patienceMs}`);
  const module = `data:text/javascript,${encodeURIComponent(program)}`;
  const imports = [`--allow-import=${host}`, "--reload"];
  return new Program(
    Deno.execPath(),
    ["run", "--quiet", "--no-config", "--allow-net", ...imports, module, text],
    "null",
  );
}

function deno(name: string, host: string): Program {
  const type = ["key-javascript", "chat-changes", "client-bot"].includes(name)
    ? "text/javascript"
    : "application/typescript";
  const module = `data:${type},${encodeURIComponent(example(name, host))}`;
  // Another server may have had the same port, and its client may be in the cache.
  const imports = host === "" ? [] : [`--allow-import=${host}`, "--reload"];
  return new Program(Deno.execPath(), ["run", "--no-config", "--allow-net", ...imports, module], "null");
}

function python(name: string, host: string, stdin?: "null"): Program {
  return new Program(pathOf("python3-websockets")!, ["-c", example(name, host)], stdin);
}
