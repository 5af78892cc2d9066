/**
 * `deno task bench:micro`: what the three ideas that the service's speed rests on are worth, each beside doing without it.
 * No network and no disk: only our own code.
 *
 * @module
 */

import { type Clock, systemClock } from "../../chat/base/clock.ts";
import { FANOUT_DELAY_MS } from "../../chat/limits.ts";
import type { StoredEvent, StoredMessage } from "../../chat/event/event.ts";
import type { Appended, Page, RoomChanges } from "../../chat/log/message_log.ts";
import type { Entry, Moment, Store, StoreTime } from "../../chat/log/store.ts";
import { openLog } from "../../chat/log/open_log.ts";
import { chatV1 } from "../../chat/dialect/chat_v1.ts";
import { Backlog, type ChatSocket, type EventedSocket, Outbox } from "../../chat/outbox/outbox.ts";
import { may } from "../../chat/policy/may.ts";
import { permit } from "../../chat/policy/permit.ts";
import { RoomPolicy } from "../../chat/policy/room_policy.ts";
import { Session } from "../../chat/policy/session.ts";
import { decodeCommand } from "../../chat/wire/decode.ts";
import { frameOf, framesOf } from "../../chat/wire/frame.ts";
import { encode } from "../../chat/wire/lines.ts";
import { ConnectionManager } from "../../connection_manager.ts";

const MEMBERS = 1_000;
const BATCH = 32;

const message: StoredMessage = {
  seq: 17,
  id: "42",
  name: "Ada",
  text: "The quick brown fox jumps over the lazy dog, as people write in a chat.",
  ts: 1767225600000,
  nonce: "0b51a3c6-1",
};
const push = { type: "message", room: "lobby", ...message } as const;
const publish = JSON.stringify({ type: "publish", ref: "4", room: "lobby", nonce: message.nonce, text: message.text });

/** Keeps the engine from leaving out work whose result nobody uses. */
function take(data: string): void {
  taken += data.length;
}
let taken = 0;

// The codec.

Deno.bench("a command is decoded and checked", { group: "decode" }, () => void decodeCommand(publish));
Deno.bench("a command is only parsed", { group: "decode", baseline: true }, () => void JSON.parse(publish));

Deno.bench("a message is encoded once for its members", { group: "encode", baseline: true }, () => {
  const line = encode(push);
  for (let member = 0; member < MEMBERS; member++) take(line);
});
Deno.bench("a message is encoded for each member", { group: "encode" }, () => {
  for (let member = 0; member < MEMBERS; member++) take(encode(push));
});

// The outbox.

class FakeSocket implements ChatSocket {
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  send(data: string): void {
    take(data);
  }
  close(): void {}
}
const sockets = Array.from({ length: MEMBERS }, () => new FakeSocket());
const backlog = new Backlog();
const outboxes = sockets.map((socket) =>
  new Outbox({ socket, dialect: chatV1, clock: systemClock, backlog, close: () => {} })
);
const lines = Array.from({ length: BATCH }, () => encode(push));

Deno.bench("a frame goes to each member through its outbox", { group: "outbox" }, () => {
  const frame = frameOf(lines[0]!);
  for (const outbox of outboxes) outbox.frame(frame);
});
Deno.bench("a text goes to each member's socket, uncounted", { group: "outbox", baseline: true }, () => {
  for (const socket of sockets) socket.send(lines[0]!);
});
Deno.bench("32 lines are joined into frames", { group: "join" }, () => void framesOf(lines));

// The room: timers that wait for nothing, so that what is measured is the work and not the batching's delay.

const eager: Clock = {
  ...systemClock,
  after(_ms, run) {
    const immediate = setImmediate(run);
    return () => clearImmediate(immediate);
  },
};

class CountingSocket extends FakeSocket implements EventedSocket {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  override send(data: string): void {
    take(data);
    for (let at = data.indexOf('"seq"'); at !== -1; at = data.indexOf('"seq"', at + 1)) arrived();
  }
}
let missing = 0;
let allHere = () => {};
function arrived(): void {
  if (--missing === 0) allHere();
}

/** Numbers what it is given, and keeps nothing: so what is measured is the way, and not a store. */
class Forgetful implements Store {
  readonly durability = "memory";
  #head = 0;

  commit(entries: Entry[], { ts }: Moment): Promise<Appended[]> {
    return Promise.resolve(entries.map(({ event }) => {
      const seq = ++this.#head;
      return { epoch: "e", seq, ts, duplicate: false, event: { seq, ...event, ts } as StoredEvent };
    }));
  }

  read(): Promise<Page> {
    const [head, passed] = [this.#head, this.#head];
    return Promise.resolve({ epoch: "e", first: head + 1, head, floor: head, messageCount: head, events: [], passed });
  }

  reactors(): Promise<string[]> {
    return Promise.resolve([]);
  }

  roomChanges(): Promise<RoomChanges> {
    const head = this.#head;
    return Promise.resolve({ epoch: "e", first: head + 1, head, floor: head, messageCount: head, changes: [] });
  }

  trim(): Promise<boolean> {
    return Promise.resolve(false);
  }

  readTime(): Promise<StoreTime | undefined> {
    return Promise.resolve(undefined);
  }

  writeTime(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

// The sweep runs at its own pace; only what the fan-out rests is left out.
const clock: Clock = { ...eager, after: (ms, run) => (ms > FANOUT_DELAY_MS ? systemClock : eager).after(ms, run) };
const manager = new ConnectionManager({ log: openLog(new Forgetful()), clock, limitRate: false });
await Promise.all(Array.from({ length: MEMBERS }, async (_, n) => {
  // One of them looks into what it is sent; the others would only measure the looking.
  const socket = n === 0 ? new CountingSocket() : Object.assign(new CountingSocket(), { send: take });
  const connection = manager.connect(socket, { id: `m${n}`, dialect: "chat.v1", address: "" }, "lobby");
  await connection.receive('{"type":"hello","ref":"1"}\n{"type":"join","ref":"2","room":"lobby"}');
}));
// Until presence has gone out.
await new Promise((resolve) => setTimeout(resolve, 1_000));

async function say(count: number): Promise<void> {
  missing = count;
  const { promise, resolve } = Promise.withResolvers<void>();
  allHere = resolve;
  for (let n = 0; n < count; n++) manager.broadcast("lobby", "42", message.text);
  await promise;
}

Deno.bench("32 messages to 1,000 members, together", { group: "room", baseline: true }, async () => {
  await say(BATCH);
});
Deno.bench("32 messages to 1,000 members, one after the other", { group: "room" }, async () => {
  for (let n = 0; n < BATCH; n++) await say(1);
});

// The policy: what is asked for each message.

const policy = new RoomPolicy();
for (let seq = 1; seq <= 1_000; seq++) {
  policy.take({ kind: "member", id: "k-0", name: "", ts: 0, seq, member: `k-${seq}`, role: "member" });
}
const session = Object.assign(new Session("k-500", true), { operator: true });
session.rooms.add("lobby");
const request = { type: "publish", ref: "4", room: "lobby", text: message.text } as const;
let denials = 0;

Deno.bench("a client is asked whether it may", { group: "policy", baseline: true }, () => {
  if (may(session, request) !== undefined) denials++;
});
Deno.bench("a room of 1,000 members is asked whether somebody may", { group: "policy" }, () => {
  if (permit(session, "publish", policy, message.ts) !== undefined) denials++;
});
