/** What the program takes for its memory, with the permissions that it is really started with. @module */

import process from "node:process";
import manifest from "../../deno.json" with { type: "json" };
import * as bounds from "../../chat/overload/bounds.ts";
import { assertEquals, assertLess } from "../lib/assert.ts";
import { LOCK } from "../lib/packages.ts";
import { makeFolder, ROOT, ServiceProcess } from "../lib/process.ts";

const MIB = 2 ** 20;

/** The limit, in MiB, that the program says it has when it is started with these flags of `deno run`. */
async function limitWith(flags: string[], args: string[] = []): Promise<unknown> {
  await using folder = await makeFolder();
  await using service = await ServiceProcess.start({
    command: [Deno.execPath(), "run", "--no-prompt", LOCK, ...flags, `${ROOT}main.ts`, "--listen"],
    args: ["--port", "0", "--chat-store", "memory:", ...args],
    cwd: folder.path,
  });
  return (await service.event("started")).memoryLimit;
}

/** What this test has, which is in the same control group. */
const all = Math.min(Deno.systemMemoryInfo().total, process.constrainedMemory() || Infinity);

for (const task of ["start", "dev"] as const) {
  Deno.test(`deno task ${task} may find out how much memory there is`, async () => {
    const flags = manifest.tasks[task].command.split(" ").filter((word) => word.startsWith("--allow-"));
    assertEquals(await limitWith(flags), Math.floor(all * bounds.MEMORY_SHARE / MIB));
  });
}

Deno.test("without leave to ask for it, it is what a machine of 1 GB can give", async () => {
  assertEquals(await limitWith(["--allow-net", "--allow-read"]), bounds.MEMORY_BYTES / MIB);
  assertLess(bounds.MEMORY_BYTES, 1e9);
});

Deno.test("the operator's setting holds, for any machine", async () => {
  assertEquals(await limitWith(["--allow-net", "--allow-sys=systemMemoryInfo"], ["--memory-limit", "123"]), 123);
  assertEquals(await limitWith(["--allow-net", "--allow-sys=systemMemoryInfo"], ["--memory-limit", "0"]), 0);
});
