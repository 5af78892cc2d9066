/** The programs that a document has somebody write, or run beside a server. @module */

import { assert, assertEquals, assertStringIncludes } from "../../lib/assert.ts";
import { eventually } from "../../lib/patience.ts";
import { makeFolder, ROOT, ServiceProcess } from "../../lib/process.ts";
import { pathOf } from "../../lib/tools.ts";
import { Checkout } from "../checkout.ts";
import { example, exampleNames } from "../examples.ts";
import { type Trial, untried } from "./trials.ts";

/** The tests of the page for developers run it. */
const EXAMPLE: Trial = {
  run(command) {
    assert(exampleNames().some((name) => example(name, "localhost:8000") === command), `no example is ${command}`);
    return Promise.resolve();
  },
};

/** `ladder_test.ts` of `tests/docs/` runs it. */
const LADDER: Trial = {
  run(command) {
    const [file] = /\w+\.ts$/.exec(command)!;
    assertStringIncludes(Deno.readTextFileSync(`${ROOT}tests/docs/ladder_test.ts`), `"${file}"`);
    return Promise.resolve();
  },
};

/** `package_test.ts` of `tests/docs/` runs it. */
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

export const PROGRAMS: Record<string, Trial> = {
  "deno run --allow-net examples/1_tutorial.ts": LADDER,
  "deno run --allow-net examples/2_what_it_loses.ts": LADDER,
  "deno run --allow-net examples/3_six_lines.ts": LADDER,
  "deno run --allow-net --allow-read --allow-write chat.ts": PACKAGE,
  "deno pack": PACKAGE,
  "deno publish --dry-run": PACKAGE,
  "deno publish": untried("it takes an account, and cannot be taken back"),
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
