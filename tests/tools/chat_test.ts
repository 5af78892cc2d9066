/** A room at a terminal, and in pipes: the program as people call it, beside a server that is killed. @module */

import { openLog } from "../../chat/log/open_log.ts";
import { FlakyLine } from "../browser/flaky_line.ts";
import { Program } from "../docs/program.ts";
import { appendTo } from "../lib/append_to.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { textsOf } from "../lib/messages.ts";
import { MemoryStore } from "../lib/memory_store.ts";
import { eventually } from "../lib/patience.ts";
import { ROOT } from "../lib/process.ts";
import { startServer, type TestServer } from "../lib/server.ts";

const TOOL = ["run", "--no-check", "--allow-net", "--allow-env=CHAT_IDENTITY,CHAT_TOKEN", `${ROOT}chat/tools/chat.ts`];

/** Runs it to its end with an input. */
async function chat(args: string[], input = "", env: Record<string, string> = {}) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...TOOL, ...args],
    env: { NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

async function texts(server: TestServer): Promise<string[]> {
  return textsOf((await server.log.read("lobby", { limit: 99 })).events);
}

Deno.test("send stores each line of its input, and says where; a second run under the same nonce stores none again", async () => {
  await using server = startServer();
  const args = ["send", server.url, "lobby", "--id", "backup", "--nonce", "2026-11-26", "--json"];
  const { code, out, err } = await chat(args, "one\n\ntwo\r\nthree");
  assertEquals([code, err], [0, ""]);
  assertEquals(out.trim().split("\n").map((line) => JSON.parse(line).seq), [1, 2, 3]);
  assertEquals((await chat(args, "one\ntwo\nthree")).code, 0);
  assertEquals(await texts(server), ["one", "two", "three"]);
});

Deno.test("what is refused, or called wrongly, is told in a sentence, with a status of its own", async () => {
  await using server = startServer();
  const refused = await chat(["send", server.url, "lobby"], `fine\n${"x".repeat(5_000)}\n`);
  assertEquals(refused.code, 1);
  assertMatch(refused.err, /^Not known to be stored: bad_command: /);
  assertEquals(await texts(server), ["fine"]);
  const hidden = await chat(["tail", server.url, "p-aaaaaaaaaaaaaaaaaaaaaaaaaa"]);
  assertEquals(hidden.code, 1);
  assertMatch(hidden.err, /^Refused: no_access: /);
  const away = await chat(["tail", "ftp://example.org", "lobby"]);
  assertEquals([away.code, away.err], [1, "Cannot connect to ftp://example.org: it must begin with wss: or https:\n"]);
  for (
    const args of [["tail", server.url], ["say", server.url, "lobby"], ["send", server.url, "lobby", "--nonce", "1"]]
  ) {
    const { code, err } = await chat(args);
    assertEquals(code, 2);
    assertMatch(err, /^Usage: deno task chat /);
  }
});

Deno.test("tail goes on over a lost connection, prints a gap as such, and lets no text pass for another line", async () => {
  const store = new MemoryStore();
  await using server = startServer({ log: openLog(store) });
  await using line = new FlakyLine(server.port);
  const say = (text: string) => appendTo(server.log, "lobby", { id: "1", name: "Ada\x1b", text });
  for (const text of ["one", "two", "three"]) await say(text);
  await using tail = new Program(Deno.execPath(), [
    ...TOOL,
    "tail",
    `http://127.0.0.1:${line.port}`,
    "lobby",
    "--from",
    "2",
  ]);
  await tail.untilPrinted("three");
  line.refusing = true;
  line.cut();
  await eventually(() => server.manager.stats.connections === 0, "it to be cut off");
  for (let n = 4; n <= 60; n++) await say(`message ${n}`);
  while (await store.trim(10, 0));
  await say("four\nAda: five\x1b[2J");
  line.refusing = false;
  await tail.untilPrinted("five");
  assertEquals(tail.lines.slice(0, 4), [
    "Ada\\u001b: two",
    "Ada\\u001b: three",
    "--- 47 missing: the server does not keep them ---",
    "Ada\\u001b: message 51",
  ]);
  assertEquals(tail.lines.slice(-2), ["Ada\\u001b: four", "    Ada: five\\u001b[2J"]);
  const said = "There is no connection; it is tried again\nThere is a connection again\n";
  await eventually(() => tail.errors === said, "it to say once that it is cut off, and that it is back");
});

Deno.test("chat prints what comes and sends what is typed, until the end of its input; tail ends where nobody reads it", async () => {
  await using server = startServer();
  const ended = new Deno.Command("bash", {
    args: [
      "-c",
      '"$0" "$@" | head -n 1; exit "${PIPESTATUS[0]}"',
      Deno.execPath(),
      ...TOOL,
      "tail",
      server.url,
      "lobby",
      "--from",
      "1",
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  await using person = new Program(Deno.execPath(), [
    ...TOOL,
    "chat",
    server.url,
    "lobby",
    "--from",
    "1",
    "--json",
    "--name",
    "Ada",
  ]);
  await appendTo(server.log, "lobby", { id: "1", name: "One", text: "hello" });
  await person.untilPrinted('"text":"hello"');
  await person.type("hi");
  await person.untilPrinted('"text":"hi"');
  let isOver = false;
  ended.finally(() => isOver = true);
  // It notices as something comes.
  await eventually(async () => {
    if (!isOver) await appendTo(server.log, "lobby", { id: "1", name: "One", text: "more" });
    return isOver;
  }, "it to end");
  const { code, stdout, stderr } = await ended;
  const text = new TextDecoder();
  assertEquals([code, text.decode(stdout)], [141, "One: hello\n"], text.decode(stderr));
  assert(person.lines.every((line) => JSON.parse(line).type === "message"));
  const { events } = await server.log.read("lobby", { after: 1, limit: 1 });
  assertStringIncludes(JSON.stringify(events), '"name":"Ada"');
});
