/** `examples/`: each step runs as it stands there, and does what its page says. @module */

import { FlakyLine } from "../browser/flaky_line.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { ROOT } from "../lib/process.ts";
import { startServer } from "../lib/server.ts";
import { Program } from "./program.ts";

/** Starts a step, what it says of errors among its lines. */
function step(file: string, arg: string): Program {
  return new Program("bash", ["-c", `exec "${Deno.execPath()}" run --allow-net "${ROOT}examples/${file}" ${arg} 2>&1`]);
}

Deno.test("the tutorial's twenty lines lose a message that nobody is told of", async () => {
  assert(Deno.readTextFileSync(`${ROOT}examples/1_tutorial.ts`).trimEnd().split("\n").length <= 21);
  await using server = step("1_tutorial.ts", "0");
  await server.untilPrinted("Listening on");
  const port = /:(\d+)\//.exec(server.lines.find((line) => line.startsWith("Listening"))!)![1];
  await using program = step("2_what_it_loses.ts", `ws://localhost:${port}`);
  assertEquals((await program.end()).code, 0);
  const said = program.lines.filter((line) => line.includes("ada says"));
  assertEquals(said, ["Bob sees: Client #ada says: one", "Bob sees: Client #ada says: three"]);
});

Deno.test("the client's six lines miss nothing over a broken line", async () => {
  const code = Deno.readTextFileSync(`${ROOT}examples/3_six_lines.ts`).split("\n").slice(3).filter((line) =>
    line !== ""
  );
  assert(code.length <= 6);
  await using server = startServer();
  await using line = new FlakyLine(server.port);
  await using ada = await ChatClient.open(server, "ada", "lobby");
  await ada.publish("lobby", "one");
  await using program = step("3_six_lines.ts", `http://localhost:${line.port}`);
  await program.untilPrinted("says: one");
  line.refusing = true;
  line.cut();
  await ada.publish("lobby", "two");
  line.refusing = false;
  await ada.publish("lobby", "three");
  await program.untilPrinted("says: three");
  assertEquals(program.lines, ["one", "two", "three"].map((text) => `Client #ada says: ${text}`));
});
