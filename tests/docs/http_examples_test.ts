/** The examples of the page for developers that speak HTTP, run by a shell as they are written. @module */

import { makeBot } from "../../chat/policy/bots.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { LOCK } from "../lib/packages.ts";
import { ROOT } from "../lib/process.ts";
import { startServer } from "../lib/server.ts";
import { testWith } from "../lib/tools.ts";
import { example } from "./examples.ts";
import { Folder } from "../stores/in_folder.ts";
import { Program } from "./program.ts";

/** As the tests' lock has it. */
const CLIENT = new URL("../lib/durable_streams.ts", import.meta.url).href;

/** Runs an example. @returns what each of its commands printed, as JSON */
// deno-lint-ignore no-explicit-any -- each test knows what is answered
async function run(name: string, host: string): Promise<any[]> {
  await using program = new Program("sh", ["-c", example(name, host)], "null");
  const { code, errors } = await program.end();
  assertEquals(code, 0, errors);
  return program.lines.map((line) => JSON.parse(line));
}

testWith("curl", {
  name: "curl says something, says it once, changes it with a key, and reads it in pages and as a stream",
  async fn() {
    await using server = startServer();
    const host = `127.0.0.1:${server.port}`;
    await using other = await PlainClient.open(server, "7");
    await run("http-say", host);
    const changes = await run("http-change", host);
    assertEquals(changes.map(({ seq }) => seq), [3, 4, 5]);
    const [first] = await run("http-once", host);
    const [again] = await run("http-once", host);
    assertEquals(again, first);
    const [page] = await run("http-read", host);
    const said = page.messages.map(({ id, text }: { id: string; text: string }) => `${id} ${text}`);
    assertEquals(said.filter((line: string) => line.startsWith("ci")), ["ci deployed 4f2a", "ci deployed 4f2a"]);
    await other.untilFrame("Client #ci says: deployed 4f2a");
    await using stream = new Program("sh", ["-c", `exec ${example("http-stream", host)}`], "null");
    await stream.untilPrinted('"seq":6,');
    other.send("now");
    await stream.untilPrinted('"text":"now"');
  },
});

testWith("curl", {
  name: "curl posts to a hook, by hand and as GitHub does",
  async fn() {
    await using server = startServer();
    await using bob = await ChatClient.open(server, "bob", "ops");
    const bot = await makeBot(server.log.bots!, { name: "ci", rooms: ["ops"] }, 1);
    for (const name of ["hook-text", "hook-github"]) {
      const line = example(name, `127.0.0.1:${server.port}`).replace("sbk_SECRET", bot!.secret);
      await using program = new Program("sh", ["-c", line], "null");
      assertEquals((await program.end()).code, 0);
    }
    const [plain, github] = await bob.untilSeq("ops", 2);
    assertEquals(plain!.text, "deployed 4f2a");
    assertEquals(github!.text, "GitHub sends here what happens in octo/site\nKeep it simple.");
  },
});

for (const [name, what] of [["http-events", "EventSource"], ["http-durable", "the protocol's own client"]] as const) {
  Deno.test(`a program reads a room as a stream with ${what}`, async () => {
    await using server = startServer();
    await server.manager.broadcast("lobby", "ada", "kept");
    await using folder = new Folder("program.ts");
    const pinned = example(name, `127.0.0.1:${server.port}`).replace(/"npm:@durable-streams.*"/, `"${CLIENT}"`);
    await Deno.writeTextFile(folder.file, pinned);
    await using program = new Program(
      Deno.execPath(),
      ["run", "-A", `--config=${ROOT}deno.json`, LOCK, "--frozen", "--cached-only", folder.file],
      "null",
    );
    await program.until((lines) => lines.some((line) => /^1 .*kept/.test(line)), "what is kept");
    await server.manager.broadcast("lobby", "ada", "new");
    await program.until((lines) => lines.some((line) => /^2 .*new/.test(line)), "what comes");
  });
}
