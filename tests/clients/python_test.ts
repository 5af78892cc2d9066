/** The client for Python by itself; what it does with servers is in `package_test.ts`. @module */

import * as limits from "../../static/client/limits.js";
import vectors from "../event/vectors.json" with { type: "json" };
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../lib/assert.ts";
import { lastingPort } from "../lib/port.ts";
import { pathOf, testWith } from "../lib/tools.ts";
import { Folder } from "../stores/in_folder.ts";

const CLIENT = new URL("../../static/client/", import.meta.url).pathname;
const python3 = "python3-websockets";

/** Bounds of what only the page does: messages that it shows, and tabs that take over from each other. */
const OF_JAVASCRIPT = new Set(["RECENT_MESSAGES", "QUOTES", "UNSENT_RENEW_MS", "UNSENT_LEASE_MS"]);

/** Runs a program in Python to its end. */
async function run(args: string[], input = ""): Promise<{ code: number; out: string; err: string }> {
  const process = new Deno.Command(pathOf(python3)!, {
    args,
    env: { PYTHONPATH: CLIENT, PYTHONDONTWRITEBYTECODE: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await process.output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

testWith(python3, {
  name: "in Python an event makes of a message what it makes of it in the server, by the same cases",
  async fn() {
    const cases = [...vectors.apply, ...vectors.mine];
    const program = new URL("python_vectors.py", import.meta.url).pathname;
    const { out, err } = await run([program], JSON.stringify(cases));
    const given = out.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(given.length, cases.length, err);
    cases.forEach(({ name, gives }, index) => {
      // A class has no place for a field that nobody knows.
      const { poll: _, ...known } = gives as Record<string, unknown>;
      assertEquals([name, given[index]], [name, known]);
    });
  },
});

testWith(python3, {
  name: "the client for Python has the bounds of the one for JavaScript",
  async fn() {
    const { out, err } = await run([
      "-c",
      "import json, switchboard; print(json.dumps(vars(switchboard), default=str))",
    ]);
    assert(out !== "", err);
    const bounds = JSON.parse(out);
    for (const [name, value] of Object.entries(limits)) {
      if (OF_JAVASCRIPT.has(name)) continue;
      const [here, unit] = name.endsWith("_MS") ? [name.replace(/(_SHOWN)?_MS$/, "_S"), 1000] : [name, 1];
      assertEquals([name, bounds[here] * unit], [name, value]);
    }
  },
});

testWith(python3, {
  name: "the client for Python says what is wrong with its address, and with the file for what is not sent",
  async fn() {
    await using folder = new Folder("notes.json");
    await Deno.writeTextFile(folder.file, '{"entries": "mine"}');
    const program = (url: string, storage: string) =>
      `import asyncio, switchboard\nasync def main(): switchboard.connect("${url}", storage=${storage})\nasyncio.run(main())`;
    const file = await run(["-c", program("ws://localhost", JSON.stringify(folder.file))]);
    assertStringIncludes(
      file.err,
      `ValueError: Cannot use ${folder.file} for unsent messages: it holds something else`,
    );
    const address = await run(["-c", program("ftp://localhost", "None")]);
    assertStringIncludes(
      address.err,
      "ValueError: Cannot connect to ftp://localhost: it must begin with wss: or https:",
    );
    assertEquals(await Deno.readTextFile(folder.file), '{"entries": "mine"}');
  },
});

testWith(python3, {
  name: "the client for Python says once that it is not connected, however often it tries",
  async fn() {
    const program = `
import asyncio, switchboard
switchboard.BACKOFF_S = 0.001

async def main():
    async with switchboard.connect("ws://127.0.0.1:${lastingPort()}") as chat:
        tries = asyncio.Semaphore(0)
        chat.on("state", lambda state: tries.release() if state.phase == "waiting" else None)
        for _ in range(4): await tries.acquire()

asyncio.run(main())`;
    const { code, out, err } = await run(["-c", program]);
    assertMatch(err, /^Not connected, trying again: .*\n$/);
    assertEquals([code, out], [0, ""]);
  },
});
