/**
 * The load generator: a process of its own that plays all members of all rooms against one server and counts what they
 * get. Started by `bench.ts` with a {@linkcode LoadSpec} as its argument; says what happened line by line.
 *
 * @module
 */

import process from "node:process";
import { Client } from "./client.ts";
import { DIALECTS } from "./dialects.ts";
import { MARK, markedText } from "./marks.ts";
import { MemoryWatch, UseMeter } from "./process_use.ts";
import type { LoadEvent, LoadResult, LoadSpec, ResumeResult, StuckResult } from "./spec.ts";
import { micros, Tally } from "./tally.ts";
import { keepTurning, working } from "./turns.ts";

/** How often it is looked whether messages are due. */
const TICK_MS = 1;

/** A room beside the others, and what is said in it: 2 MB a second. */
const FLOODED = -1;
const FLOOD_CHARACTERS = 4_000;
const FLOOD_EVERY_MS = 2;
/** How long it is flooded, and how long its memory then has to come to rest. */
const FLOOD_MS = 12_000;
const REST_MS = 6_000;
/** The first makes the memory grow most, for any readers. */
const FLOODS_BEFORE = 2;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

class Generator {
  readonly #spec: LoadSpec;
  readonly #tally = new Tally();
  #clients: Client[] = [];
  #sent = 0;

  constructor(spec: LoadSpec) {
    this.#spec = spec;
  }

  async run(): Promise<void> {
    const spec = this.#spec;
    const connectMs = await this.#connectAll();
    say({ event: "load", result: await this.#load(connectMs) });
    if (spec.resumeBehind !== undefined) say({ event: "resume", result: await this.#resume(spec.resumeBehind) });
    if (spec.stuckReader) say({ event: "stuck", result: await this.#stuck() });
  }

  async #connectAll(): Promise<number> {
    const { members, rooms, connecting, connectMs } = this.#spec;
    const room = (n: number) => Math.floor(n * rooms / members);
    this.#clients = Array.from({ length: members }, (_, n) => this.#client(`m${n}`, room(n)));
    const began = performance.now();
    const giveUp = setTimeout(() => fail(`Not all were connected after ${connectMs / 1000} s`), connectMs);
    await inParallel(this.#clients, connecting, (client) => client.enter(this.#spec.port));
    clearTimeout(giveUp);
    return performance.now() - began;
  }

  async #load(connectMs: number): Promise<LoadResult> {
    const { warmUpMs, measureMs, drainMs, members, rooms, pid, disk, reactions } = this.#spec;
    if (reactions) {
      this.#clients[0]!.publish("first", "All react to this.");
      // A reaction that came before it would be refused, and not be taken back later.
      await pause(500);
    }
    const sending = this.#send();
    await pause(warmUpMs);
    const before = this.#sent;
    const meter = new UseMeter(pid, disk);
    this.#tally.open();
    await pause(measureMs);
    this.#tally.close();
    const sent = this.#sent - before;
    sending.stop();
    const use = meter.end();
    const expected = sent * (members / rooms);
    for (let waited = 0; waited < drainMs && this.#tally.delivered < expected; waited += 20) await pause(20);
    const { delivered, received, frames, bytes } = this.#tally;
    return {
      connectMs,
      seconds: use.seconds,
      sent,
      expected,
      delivered,
      received,
      frames,
      bytes,
      latency: this.#tally.latency(),
      ackLatency: this.#tally.ackLatency(),
      lost: this.#clients.filter((client) => client.gone).length,
      server: { cpuMicros: use.cpuMicros, peakRss: use.peakRss },
      generatorBusy: use.generatorBusy,
      othersBusy: use.othersBusy,
      diskBusy: use.diskBusy,
    };
  }

  /** Restarted behind our back, the server finds everybody back at once, each asking for what it has missed. */
  async #resume(behind: number): Promise<ResumeResult> {
    const spec = this.#spec;
    const [scout] = this.#clients;
    const head = await this.#positionOf(scout!.room);
    const after = { epoch: head.epoch, seq: head.seq - behind };
    say({ event: "restart" });
    await nextLineOfInput();
    for (const client of this.#clients) client.leave();
    this.#clients = this.#clients.map((client) =>
      new Client(client.id, client.room, DIALECTS[spec.dialect], this.#tally)
    );
    let refused = 0;
    const began = performance.now();
    await inParallel(
      this.#clients,
      spec.connecting,
      (client) => client.enter(spec.port, after).catch(() => void refused++),
    );
    const resumeMs = performance.now() - began;
    const joined = this.#clients.map((client) => client.joined);
    return {
      resumeMs,
      clients: this.#clients.length,
      recovered: joined.filter((one) => one?.recovered).length,
      refused,
      replayed: joined.reduce((sum, one) => sum + (one?.messages ?? 0), 0),
      missed: this.#clients.length * behind,
    };
  }

  async #positionOf(room: string): Promise<{ epoch: string; seq: number }> {
    const scout = new Client("scout", room, DIALECTS[this.#spec.dialect], this.#tally);
    await scout.enter(this.#spec.port);
    scout.leave();
    if (scout.joined === undefined) throw new Error("Cannot resume: the dialect has no positions");
    return scout.joined;
  }

  /**
   * One more member that reads nothing, in a room of its own where so much is said that the system's buffers, some megabytes,
   * are full in two seconds. Everybody else goes on as before. Under a flood any server's memory grows, stuck member or not: so
   * there are some without it first, and what is compared is what the last two left behind.
   */
  async #stuck(): Promise<StuckResult> {
    const { port, pid, members, rooms, drainMs, dialect } = this.#spec;
    const sending = this.#send();
    const memory = new MemoryWatch(pid);
    const flooder = this.#client("flooder", FLOODED);
    await flooder.enter(port);
    for (let floods = 0; floods < FLOODS_BEFORE; floods++) await this.#flood(flooder);
    const rssBefore = memory.lowest();
    const before = this.#sent;
    this.#tally.open();
    const stuck = this.#client("stuck", FLOODED);
    await stuck.enter(port);
    stuck.stick();
    const began = performance.now();
    let goneAfterMs: number | undefined;
    const looking = setInterval(async () => {
      if (dialect !== "chat" || goneAfterMs !== undefined) return;
      if (await connectionsCounted(port) === members + 1) goneAfterMs ??= performance.now() - began;
    }, 100);
    await this.#flood(flooder);
    clearInterval(looking);
    this.#tally.close();
    const expected = (this.#sent - before) * (members / rooms);
    sending.stop();
    for (let waited = 0; waited < drainMs && this.#tally.delivered < expected; waited += 20) await pause(20);
    const { delivered } = this.#tally;
    const [rssPeak, rssAfter] = [memory.peak, memory.lowest()];
    memory.stop();
    return { latency: this.#tally.latency(), delivered, expected, goneAfterMs, rssBefore, rssPeak, rssAfter };
  }

  async #flood(flooder: Client): Promise<void> {
    const text = "x".repeat(FLOOD_CHARACTERS);
    let count = 0;
    const timer = setInterval(() => flooder.publish(`f${performance.now()}-${count++}`, text), FLOOD_EVERY_MS);
    await pause(FLOOD_MS);
    clearInterval(timer);
    await pause(REST_MS);
  }

  /** Sends at the rate asked for until stopped: evenly in time, the senders by turns. */
  #send(): { stop(): void } {
    const { senders, perSecond, textBytes, members, reactions } = this.#spec;
    const began = performance.now();
    const step = Math.max(1, Math.floor(members / senders));
    let here = 0;
    const timer = setInterval(() => {
      const due = ((performance.now() - began) / 1000) * perSecond;
      for (; here < due; here++) {
        const client = this.#clients[(this.#sent % senders) * step]!;
        this.#sent++;
        working();
        if (client.gone) continue;
        if (reactions) client.react(markedText(micros(), MARK), Math.ceil(this.#sent / senders) % 2 === 1);
        else client.publish(`n${this.#sent}`, markedText(micros(), textBytes));
      }
    }, TICK_MS);
    return { stop: () => clearInterval(timer) };
  }

  #client(id: string, room: number): Client {
    return new Client(
      id,
      room === FLOODED ? "flood" : `b${room}`,
      DIALECTS[this.#spec.dialect],
      this.#tally,
    );
  }
}

/** Does something with each item, a bounded number at a time. */
async function inParallel<T>(items: T[], width: number, run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** How many connections Switchboard says that it serves; undefined of a server that does not say. */
async function connectionsCounted(port: number): Promise<number | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(500) });
    const count = /^switchboard_connections (\d+)/m.exec(await response.text())?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}

function nextLineOfInput(): Promise<void> {
  return new Promise((resolve) => process.stdin.once("data", () => resolve()));
}

function say(event: LoadEvent): void {
  process.stdout.write(JSON.stringify(event) + "\n");
}

function fail(reason: string): never {
  say({ event: "failed", reason });
  process.exit(1);
}

keepTurning();
try {
  await new Generator(JSON.parse(process.argv[2]!)).run();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
process.exit(0);
