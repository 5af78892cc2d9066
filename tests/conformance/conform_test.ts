/** The cases for servers tell a right server from wrong ones. @module */

import { assertEquals } from "../lib/assert.ts";
import { ServiceProcess } from "../lib/process.ts";
import { Folder } from "../stores/in_folder.ts";
import cases from "./cases.json" with { type: "json" };
import { conform } from "./conform.ts";
import type { Fields } from "./match.ts";
import { playServerCase, type ServerCase } from "./server_cases.ts";
import { type Wrong, WrongServer } from "./wrong_server.ts";

const PATIENCE_MS = 60_000;
const STORED = "Has stored what it acknowledges: whoever reads after that finds it";
const ONCE = "Stores a message once, however often it is sent again";
const RESUMED = "Brings a client that comes back exactly what it missed";
const SURVIVES = "Loses nothing that it has acknowledged when it is killed, and begins no new life";
const KNOWS = "Knows after it was killed what was sent before";
const NUMBERED = "Does not take a number under another epoch for one of its own";

/** Our server on a file, which can be killed. */
class Killable implements AsyncDisposable {
  readonly #folder = new Folder("chat.db");
  #service!: ServiceProcess;

  static async start(): Promise<Killable> {
    const killable = new Killable();
    await killable.#start();
    return killable;
  }

  get port(): number {
    return this.#service.port;
  }

  /** @param forget whether its file goes meanwhile */
  async restart(forget: boolean): Promise<void> {
    this.#service.kill("SIGKILL");
    await this.#service.exited;
    if (forget) {
      for (const { name } of Deno.readDirSync(this.#folder.path)) Deno.removeSync(`${this.#folder.path}/${name}`);
    }
    await this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#service[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }

  async #start(): Promise<void> {
    this.#service = await ServiceProcess.start({
      args: ["--port", "0", "--chat-store", `sqlite:${this.#folder.file}`],
    });
  }
}

/** Which duties of these a server does not do. */
async function failuresOf(wrong: Wrong, duties: string[], forget = false): Promise<string[]> {
  await using ours = await Killable.start();
  await using server = new WrongServer(ours.port, wrong);
  const restart = async () => {
    await ours.restart(forget);
    server.target = ours.port;
  };
  const failed: string[] = [];
  for (const each of cases.server as ServerCase[]) {
    if (!duties.includes(each.duty)) continue;
    const { result } = await playServerCase(each, { url: server.url, restart, patienceMs: PATIENCE_MS });
    if (result === "fails") failed.push(each.duty);
  }
  return failed;
}

Deno.test("our server does every duty, over kills as well", async () => {
  await using ours = await Killable.start();
  let url = `ws://127.0.0.1:${ours.port}`;
  const restart = async () => {
    await ours.restart(false);
    url = `ws://127.0.0.1:${ours.port}`;
  };
  const options = {
    get url() {
      return url;
    },
    restart,
    patienceMs: PATIENCE_MS,
  };
  const verdicts = await conform(options);
  assertEquals(verdicts.filter(({ result }) => result !== "holds"), []);
  assertEquals(verdicts.length, cases.server.length);
});

Deno.test("a server that forgets everything when it is killed is told from ours", async () => {
  assertEquals(await failuresOf({}, [STORED, ONCE, SURVIVES, KNOWS], true), [SURVIVES, KNOWS]);
});

Deno.test("a server that stores again what is sent again is told from ours", async () => {
  const seen = new Set<unknown>();
  const up = (line: Fields, pass: (line: Fields) => void) => {
    const isAgain = line.type === "publish" && seen.has(line.nonce);
    seen.add(line.nonce);
    pass(isAgain ? { ...line, nonce: crypto.randomUUID() } : line);
  };
  assertEquals(await failuresOf({ up }, [STORED, ONCE, RESUMED]), [ONCE]);
});

Deno.test("a server that acknowledges before it stores is told from ours", async () => {
  let epoch: Fields["epoch"];
  const heads = new Map<unknown, number>();
  const held: (() => void)[] = [];
  const wrong: Wrong = {
    up(line, pass, answer) {
      // It stores when it has the time.
      if (line.type === "ping") { for (const store of held.splice(0)) store(); }
      if (line.type !== "publish") return pass(line);
      const seq = (heads.get(line.room) ?? 0) + 1;
      heads.set(line.room, seq);
      answer({ type: "ok", ref: line.ref, epoch, seq, ts: Date.now(), durability: "fsync" });
      // Nobody has asked for this one's answer.
      held.push(() => pass({ ...line, ref: "late" }));
    },
    down(line, pass) {
      if (line.type === "joined") epoch = line.epoch;
      if (line.ref !== "late") pass(line);
    },
  };
  assertEquals(await failuresOf(wrong, [STORED, SURVIVES]), [STORED, SURVIVES]);
});

Deno.test("a server that does not read in which epoch a number means a message is told from ours", async () => {
  const up = ({ epoch: _, ...line }: Fields, pass: (line: Fields) => void) => pass(line);
  assertEquals(await failuresOf({ up }, [STORED, NUMBERED]), [NUMBERED]);
});

Deno.test("a server that leaves something out when a client comes back is told from ours", async () => {
  const down = (line: Fields, pass: (line: Fields) => void) => {
    const { recovered, messages } = line;
    pass(recovered && Array.isArray(messages) ? { ...line, messages: messages.slice(1) } : line);
  };
  assertEquals(await failuresOf({ down }, [STORED, ONCE, RESUMED]), [RESUMED]);
});
