/** What people run who change the code: tests, proofs and measurements. @module */

import manifest from "../../../deno.json" with { type: "json" };
import { BENCH_FLAGS } from "../../bench/flags.ts";
import { assertEquals, assertLess, assertMatch, assertStringIncludes } from "../../lib/assert.ts";
import { readFlags } from "../../lib/flags.ts";
import { ROOT } from "../../lib/process.ts";
import { Checkout } from "../checkout.ts";
import { adds, asItIs, ends, type Trial, untried } from "./trials.ts";

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

export const CONTRIBUTE: Record<string, Trial> = {
  "deno task demo": ends(adds("--seconds 1"), ({ out }) => assertMatch(out, /^\| Switchboard +\|.*\| +0 \| +0 \|/m)),
  "deno task prove --peer ours,tutorial,ws,socketio,socketio-stored --minutes 1 --seed 7 --write docs/proof.md": ends(
    (line) => line.replace("ours,tutorial,ws,socketio,socketio-stored --minutes 1", "socketio,ours --minutes 0.1"),
    ({ out }) => assertMatch(out, /^\| Socket\.IO /m),
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
  "deno task bench --only postgres": BENCH,
  "deno task bench --only postgres --write docs/benchmarks.md": BENCH,
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
  "deno task bench:many": ends(
    adds("--processes 2 --rooms 2 --seconds 1"),
    ({ out }) => assertMatch(out, /^- (\d+) messages, (\d+) hints, of \2 that were due\.$/m),
    ["postgres"],
  ),
  "deno task bench:many --write docs/scale.md": ends(
    adds("--help"),
    ({ out }) => assertStringIncludes(out, "bench:many"),
  ),
  "deno task bench:page": PAGE_BENCH,
  "deno task bench:page --write docs/benchmarks.md": PAGE_BENCH,
  "deno task bench:micro": ends(adds("--no-run")),
  "deno run -A tests/bench/log_bench.ts [STORE]": ends((line) =>
    line.replace("deno run", "deno check").replace("-A ", "").replace("[STORE]", "")
  ),
  "deno run -A tests/bench/token_bench.ts": ends((line) => line.replace("deno run -A", "deno check")),
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
  "git checkout deno.lock": untried("it takes a repository, and is git's own"),
};
