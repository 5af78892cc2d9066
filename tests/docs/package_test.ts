/** The package, as others get it: imported from a project of its own, published, and packed for npm. @module */

import manifest from "../../deno.json" with { type: "json" };
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { makeFolder, ROOT } from "../lib/process.ts";
import { pathOf, testWith } from "../lib/tools.ts";
import { commandsIn, fencedBlock } from "./documents.ts";
import { Program } from "./program.ts";

const PAGE = "docs/package.md";

Deno.test("a project of its own imports the package, and has a page and a chat in ten lines", async () => {
  await using folder = await makeFolder();
  const project = fencedBlock(PAGE, "json").replace("../switchboard", ROOT);
  const program = fencedBlock(PAGE, "ts");
  assert(program.trim().split("\n").length <= 10);
  await Deno.writeTextFile(`${folder.path}/deno.json`, project);
  await Deno.writeTextFile(`${folder.path}/chat.ts`, program.replace("Deno.serve(", "Deno.serve({ port: 0 }, "));
  const command = commandsIn(PAGE).find((each) => each.endsWith("chat.ts"))!
    .replace("deno run", `exec "${Deno.execPath()}" run --check --no-prompt`);
  await using chat = new Program("bash", ["-c", `cd "${folder.path}" && ${command} 2>&1`]);
  await chat.untilPrinted("Listening on");
  const port = /:(\d+)\//.exec(chat.lines.find((line) => line.includes("Listening on"))!)![1];
  const at = { url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` };
  assertStringIncludes(await (await fetch(`${at.url}/r/lobby`)).text(), "<title>Switchboard");
  await using plain = await PlainClient.open(at, "plain");
  await using ada = await ChatClient.open(at, "ada", "lobby");
  assertEquals((await ada.publish("lobby", "hello")).durability, "fsync");
  await plain.untilFrame("Client #ada says: hello");
});

Deno.test("what is published is the product, and no test", async () => {
  const publish = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(publish.stderr);
  // Types that would be slow for others are an error, though ours are checked elsewhere.
  assert(publish.success, said);
  const files = Array.from(said.matchAll(new RegExp(`^ +file://${ROOT}(\\S+) `, "gm")), ([, name]) => name!);
  for (const file of [...Object.values(manifest.exports), "./main.ts", "./static/index.html", "./chat/protocol.md"]) {
    assert(files.includes(file.replace("./", "")), `${file} is missing`);
  }
  // Three libraries are asked for only where a setting needs them, by names that nothing has to resolve.
  assertEquals(said.match(/^warning\[[\w-]+/gm), Array(3).fill("warning[unanalyzable-dynamic-import"));
  assertEquals(files.filter((name) => /^(tests|docs|dist|data|\.)/.test(name)), []);
});

testWith("node", {
  name: "packed for npm, its client runs in Node",
  async fn() {
    await using folder = await makeFolder();
    const tarball = `${folder.path}/chat.tgz`;
    const home = `${folder.path}/node_modules/${manifest.name}`;
    await Deno.mkdir(home, { recursive: true });
    await succeed(Deno.execPath(), "pack", "--allow-dirty", "--allow-slow-types", "--no-source-maps", "-o", tarball);
    await succeed("tar", "-xzf", tarball, "-C", home, "--strip-components=1");
    await Deno.writeTextFile(
      `${folder.path}/use.mjs`,
      `import { connect } from "${manifest.name}/client";console.log(connect.name);`,
    );
    assertMatch(await succeed(pathOf("node")!, `${folder.path}/use.mjs`), /^connect$/m);
  },
});

async function succeed(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd: ROOT, env: { NO_COLOR: "1" } })
    .output();
  const text = new TextDecoder();
  assert(success, text.decode(stderr));
  return text.decode(stdout);
}
