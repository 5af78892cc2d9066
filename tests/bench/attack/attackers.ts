/**
 * The attackers: a process of its own. Started by the bench with an {@linkcode AttackSpec} as its argument.
 *
 * @module
 */

import process from "node:process";
import { clientFrame, Opcode } from "../load/frames.ts";
import { Peer } from "./peer.ts";
import { type Abuse, abuse, ABUSES } from "./strangers.ts";
import type { Attack, AttackEvent, AttackResult, AttackSpec, Flood, Habit } from "./spec.ts";

/** What a client may send for as long as it likes, by what `welcome` said when this was written. */
const EVERY_MS = 100;
/** How far behind the room's newest message resuming attackers claim to be: the most that is replayed. */
const BEHIND = 1_000;
/** Connections being opened at the same time. */
const CONNECTING = 64;
/** Rooms that the publishing attackers share. */
const MEETINGS = 20;
/** After how long a stranger comes back. */
const BACK_MS = 1_000;
/** How long before the end strangers are given up, to be counted. */
const ENDING_MS = 200;
/** Bytes of a flood handed over in one go. */
const FLOOD_BYTES = 48_000;

const { port, attack, halls, ms }: AttackSpec = JSON.parse(process.argv[2]!);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A client of `chat.v1` that waits as long as it is told to. */
class Attacker {
  readonly peer: Peer;
  /** Where its room was when it joined first. */
  position: { epoch: string; seq: number } | undefined;
  /** Called for each reply to a command. */
  onReply: (line: string) => void = () => {};
  #commands = 0;
  #waitUntil = 0;

  private constructor(peer: Peer) {
    this.peer = peer;
  }

  static async open(id: string, room: string): Promise<Attacker> {
    const entered = Promise.withResolvers<void>();
    const peer = await Peer.open(port, `/ws/${id}`, { chat: true, onText: (text) => attacker.#take(text, entered) });
    const attacker = new Attacker(peer);
    peers.push(peer);
    peer.readsAll = true;
    attacker.send({ type: "hello" });
    attacker.send({ type: "join", room });
    await entered.promise;
    peer.readsAll = false;
    return attacker;
  }

  /** Whether it was told to wait and still has to. */
  get waits(): boolean {
    return performance.now() < this.#waitUntil;
  }

  send(command: Record<string, unknown>): void {
    if (this.peer.closed) return;
    result.sent++;
    this.peer.send(JSON.stringify({ ref: `${++this.#commands}`, ...command }));
  }

  #take(text: string, entered: PromiseWithResolvers<void>): void {
    for (const line of text.split("\n")) {
      if (this.position === undefined && line.startsWith('{"type":"joined"')) {
        const { epoch, seq } = JSON.parse(line);
        this.position = { epoch, seq };
        entered.resolve();
      }
      if (line.includes('"rate_limited"')) {
        result.refused++;
        const waitMs = Number(/"retryAfterMs":(\d+)/.exec(line)?.[1] ?? 1_000);
        this.#waitUntil = Math.max(this.#waitUntil, performance.now() + waitMs);
      }
      this.onReply(line);
    }
  }
}

const peers: Peer[] = [];
const result: AttackResult = { seconds: 0, bytes: 0, frames: 0, sent: 0, refused: 0, closed: 0, sockets: 0 };
/** What to do from now on until the time is over. */
const go = await prepare(attack);
say({ event: "ready" });
const before = received();
const began = performance.now();
await Promise.race([go(), pause(ms)]);
const after = received();
result.seconds = (performance.now() - began) / 1000;
result.bytes = after.bytes - before.bytes;
result.frames = after.frames - before.frames;
result.sockets += peers.length;
result.closed += peers.filter(({ closed, left }) => closed && !left).length;
say({ event: "attack", result });
process.exit(0);

function prepare(attack: Attack): Promise<() => Promise<unknown>> {
  switch (attack.kind) {
    case "habits":
      return habits(attack.sockets, attack.habits);
    case "flood":
      return Promise.resolve(() => flood(attack.flood));
    case "renames":
      return renames(attack.members, attack.perSecond);
    case "stall":
      return stall(attack.clients, attack.perSecond, attack.stallMs);
    case "crowd":
      return crowd(attack.members, attack.perSecond);
    case "strangers":
      return Promise.resolve(() => strangers(attack.peers, ABUSES[attack.abuse]!));
  }
}

async function habits(sockets: number, habits: Habit[]): Promise<() => Promise<unknown>> {
  const all = await inParallel(sockets, async (n) => {
    const habit = habits[n % habits.length]!;
    const room = habit === "publish" ? `meeting-${n % MEETINGS}` : `hall-${n % halls}`;
    const attacker = await Attacker.open(`a${n}`, room);
    return () => act(attacker, habit, room);
  });
  return () =>
    Promise.all(all.map(async (act, n) => {
      await pause(EVERY_MS * n / sockets);
      for (let due = performance.now();; due += EVERY_MS) {
        await pause(Math.max(0, due - performance.now()));
        act();
      }
    }));
}

function act(attacker: Attacker, habit: Habit, room: string): void {
  if (attacker.waits) return;
  const { epoch, seq } = attacker.position!;
  if (habit === "ping") attacker.send({ type: "ping" });
  else if (habit === "publish") {
    attacker.send({ type: "publish", room, nonce: crypto.randomUUID(), text: "x".repeat(80) });
  } else if (habit === "history") attacker.send({ type: "history", room, before: seq - 100 });
  else if (habit === "join") attacker.send({ type: "join", room });
  else attacker.send({ type: "join", room, after: { epoch, seq: seq - BEHIND } });
}

/** One socket at a time that keeps to nothing; when it is thrown out it comes back. */
async function flood(flood: Flood): Promise<void> {
  while (true) {
    const peer = await Peer.open(port, "/ws/flooder", { chat: true });
    peers.push(peer);
    const chunk = chunkOf(flood);
    try {
      await peer.raw(clientFrame('{"type":"hello","ref":"h"}'));
      if (flood === "fragments") await peer.raw(masked(0x01, [120]));
      while (!peer.closed) {
        await peer.raw(chunk);
        result.sent += FLOOD_BYTES;
      }
    } catch {
      // Thrown out.
    }
    result.closed++;
    peer.leave();
  }
}

function chunkOf(flood: Flood): Uint8Array {
  const frame = flood === "pongs"
    ? clientFrame(new Uint8Array(), Opcode.pong)
    : flood === "fragments"
    ? masked(0x00, [120])
    : clientFrame('{"type":"ping","ref":"1"}');
  const chunk = new Uint8Array(Math.floor(FLOOD_BYTES / frame.length) * frame.length);
  for (let at = 0; at < chunk.length; at += frame.length) chunk.set(frame, at);
  return chunk;
}

/** A frame without the bit that says it is the last of its message. */
function masked(first: number, payload: number[]): Uint8Array {
  return new Uint8Array([first, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}

async function renames(members: number, perSecond: number): Promise<() => Promise<unknown>> {
  const all = await inParallel(members, (n) => Attacker.open(`r${n}`, "masquerade"));
  let turn = 0;
  return () =>
    evenly(perSecond, () => {
      const attacker = all[turn % members]!;
      if (!attacker.waits) attacker.send({ type: "rename", name: `Mask ${turn}` });
      turn++;
    });
}

/** Honest people, who go on writing while the server stands still. */
async function stall(clients: number, perSecond: number, stallMs: number): Promise<() => Promise<unknown>> {
  const chatting = await inParallel(clients / 2, (n) => Attacker.open(`s${n}`, `stall-${n}`));
  const plain = await inParallel(clients / 2, (n) => Peer.open(port, `/ws/p${n}?room=stall-p${n}`, {}));
  peers.push(...plain);
  return () => {
    setTimeout(() => say({ event: "stall", ms: stallMs }), 1_000);
    const honest = chatting.map((attacker, n) => {
      let number = 0;
      const publish = (nonce: string) =>
        attacker.send({ type: "publish", ref: nonce, room: `stall-${n}`, nonce, text: "still here" });
      attacker.onReply = (line) => {
        if (!line.includes('"rate_limited"')) return;
        const { ref, retryAfterMs } = JSON.parse(line);
        setTimeout(() => publish(ref), retryAfterMs);
      };
      return evenly(perSecond, () => publish(`n${n}-${number++}`));
    });
    return Promise.all([...honest, ...plain.map((peer) => evenly(perSecond, () => peer.send("still here")))]);
  };
}

async function crowd(members: number, perSecond: number): Promise<() => Promise<unknown>> {
  const all = await inParallel(members, (n) => Attacker.open(`c${n}`, "crowd"));
  let gone = 0;
  // Until the coming of all has been told.
  await pause(3_000);
  return () =>
    evenly(perSecond, async () => {
      const leaver = all[gone % members]!;
      leaver.peer.leave();
      all[gone % members] = await Attacker.open(`d${gone++}`, "crowd");
    });
}

/** All of them at once, each until it is cut, and again a little later. */
async function strangers(count: number, run: Abuse): Promise<void> {
  const signal = AbortSignal.timeout(ms - ENDING_MS);
  await Promise.all(Array.from({ length: count }, async () => {
    while (!signal.aborted) {
      const { afterMs, cut } = await abuse(port, run, signal);
      result.lastedMs = Math.max(result.lastedMs ?? 0, afterMs);
      result.sockets++;
      if (cut) result.closed++;
      await pause(BACK_MS);
    }
  }));
}

async function evenly(perSecond: number, run: () => unknown): Promise<void> {
  for (let due = performance.now();; due += 1000 / perSecond) {
    await pause(Math.max(0, due - performance.now()));
    run();
  }
}

async function inParallel<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const n = next++;
      made[n] = await make(n);
    }
  };
  await Promise.all(Array.from({ length: CONNECTING }, worker));
  return made;
}

function received(): { bytes: number; frames: number } {
  return peers.reduce((sum, { bytes, frames }) => ({ bytes: sum.bytes + bytes, frames: sum.frames + frames }), {
    bytes: 0,
    frames: 0,
  });
}

function say(event: AttackEvent): void {
  process.stdout.write(JSON.stringify(event) + "\n");
}
