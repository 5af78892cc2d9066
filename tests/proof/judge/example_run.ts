/** A run that kept every promise, to be spoiled in one thing. @module */

import { check } from "./checker.ts";
import type { ClientEvent, ClientLog, Evidence, Message } from "./evidence.ts";

/** The message that `author` wrote as his `count`th; it is number `seq`. */
export function message(seq: number, author = "ann", count = seq): Message {
  return { seq, id: author, name: author, text: `${author} ${count}`, nonce: `${author}-${count}`, ts: 1_000 + seq };
}

export function client(id: string, events: ClientEvent[], more: Partial<ClientLog> = {}): ClientLog {
  return { name: id, id, dialect: "chat.v1", changes: true, events, ...more };
}

export function sent(at: number, id: string, count: number): ClientEvent {
  return { at, type: "sent", room: "lobby", nonce: `${id}-${count}`, text: `${id} ${count}` };
}

export function acked(at: number, id: string, count: number, seq = count, epoch = "e1"): ClientEvent {
  const [nonce, text] = [`${id}-${count}`, `${id} ${count}`];
  return { at, type: "acked", room: "lobby", nonce, text, epoch, seq, ts: 1_000 + seq, durability: "fsync" };
}

export function pushed(at: number, stored: Message): ClientEvent {
  return { at, type: "message", room: "lobby", message: stored };
}

export function joined(at: number, more: Partial<Extract<ClientEvent, { type: "joined" }>> = {}): ClientEvent {
  const { messages = [], recovered = false, seq = 0 } = more;
  const bounds = { first: 1, floor: 0, ordinal: seq };
  return { at, type: "joined", room: "lobby", askedAt: at, epoch: "e1", seq, recovered, messages, ...bounds, ...more };
}

/** Ann writes three messages; Bob sees two of them, is cut off, resumes and sees the third. Plain Cy watches. */
export function goodRun(): Evidence & { clients: [ClientLog, ClientLog, ClientLog] } {
  const ann = client("ann", [
    { at: 0, type: "opened" },
    joined(1),
    ...[1, 2, 3].flatMap((n) => [sent(10 * n, "ann", n), acked(10 * n + 1, "ann", n), pushed(10 * n + 2, message(n))]),
  ]);
  const bob = client("bob", [
    { at: 0, type: "opened" },
    joined(1),
    pushed(12, message(1)),
    pushed(22, message(2)),
    { at: 23, type: "closed", why: "cut" },
    { at: 40, type: "opened" },
    joined(41, { after: { epoch: "e1", seq: 2 }, seq: 3, recovered: true, messages: [message(3)] }),
  ]);
  const cy = client("cy", [
    { at: 15, type: "opened" },
    { at: 22, type: "text", text: "Client #ann says: ann 2" },
    { at: 32, type: "text", text: "Client #ann says: ann 3" },
  ], { dialect: "plain", room: "lobby" });
  return {
    clients: [ann, bob, cy],
    store: {
      lobby: { epoch: "e1", first: 1, head: 3, floor: 0, entries: [1, 2, 3].map((n) => message(n)), reactors: [] },
    },
    durability: "fsync",
    losses: [],
    faults: [{ at: 23, what: "bob's connection is cut" }],
    unexpectedExits: [],
    settled: true,
    replay: { messages: 1_000, changes: 5_000 },
  };
}

/** The violations of a run that is good but for what `spoil` does to it. */
export function spoiled(spoil: (run: ReturnType<typeof goodRun>) => void): string[] {
  const run = goodRun();
  spoil(run);
  return check(run).map(({ promise, what }) => `${promise}: ${what}`);
}
