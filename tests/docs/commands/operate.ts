/** What an operator does with a server and its store, and at a terminal. @module */

import { openLog } from "../../../chat/log/open_log.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import { Checkout } from "../checkout.ts";
import { asItIs, ends, makeStore, type Trial } from "./trials.ts";

/** The author of what {@linkcode makeStore} stores. */
function withAda(line: string): string {
  return line.replace("ID", "ada");
}

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

export const OPERATE: Record<string, Trial> = {
  "deno task doctor --host localhost": ends(asItIs, ({ out }) => assertMatch(out, /^ok .*A sync takes/m)),
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
};

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
