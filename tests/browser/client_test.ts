/** The client that the page runs on: nothing of a browser is in it. @module */

import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { loadBefore } from "../../static/browsing.js";
import { Client } from "../../static/client/client.js";
import { Link } from "../../static/client/link.js";
import { endable } from "../../static/client/program_world.js";
import { type Item, Room } from "../../static/client/room.js";
import { Storage } from "../../static/client/storage.js";
import { Tokens } from "../../static/client/tokens.js";
import type { World } from "../../static/client/world.js";
import { Timeline } from "../../static/timeline.js";
import { assert, assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";

const FROM_THE_WORLD =
  /\b(Date|performance|set(Timeout|Interval)|Math\.random|crypto|localStorage|sessionStorage|WebSocket|BroadcastChannel|navigator|document|window|globalThis\.(?!Storage\b)|(?<!signal\?\.)addEventListener|fetch)\b/g;

Deno.test("the client takes nothing of the world but what it is handed", () => {
  const files = Object.entries(STATIC_FILES).filter(([name]) => /^client\/.*\.js$/.test(name));
  assert(files.length > 5);
  const takers = files.flatMap(([name, text]) => {
    const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
    const imports = Array.from(code.matchAll(/^import .* from "(.*)";$/gm), ([, specifier]) => specifier!);
    return code.search(FROM_THE_WORLD) >= 0 || imports.some((specifier) => !specifier.startsWith("./")) ? [name] : [];
  });
  assertEquals(takers, ["client/program_world.js", "client/world.js"]);
});

Deno.test("the wait between attempts doubles up to half a minute", () => {
  const clock = new FakeClock();
  const waits: number[] = [];
  let closedMs = 0;
  const world = worldOf(clock, (_url, _protocol, { closed }) => {
    waits.push((clock.elapsed() - closedMs) / 1000);
    clock.after(10, () => {
      closedMs = clock.elapsed();
      closed(1006);
    });
    return { send() {}, close() {} };
  });
  const on = { open() {}, welcome() {}, down() {}, push() {}, refused() {}, state() {} };
  const link = new Link(world, { url: () => "ws://nowhere", hello: () => ({ name: "Ada" }), on });
  link.start();
  clock.advance(120_000);
  for (const [attempt, seconds] of [0, 0.5, 1, 2, 4, 8, 16, 30, 30].entries()) {
    assert(Math.abs(waits[attempt]! - seconds) < 0.01, `wait ${attempt} of ${waits}`);
  }
});

Deno.test("a client that is closed leaves no timer and no socket, and does not come back by itself", () => {
  const clock = new FakeClock();
  let sockets = 0;
  const world = worldOf(clock, () => {
    sockets++;
    return { send() {}, close: () => void sockets-- };
  });
  const on = {
    welcome() {},
    refused() {},
    state() {},
    began() {},
    gap() {},
    received() {},
    joined() {},
    reset() {},
    changed() {},
  };
  const client = new Client(world, {
    url: () => "ws://nowhere",
    hello: () => ({ name: "Ada" }),
    on: { ...on, people() {}, joinRefused() {}, unsent() {}, stored() {} },
  });
  client.unsent.start();
  client.link.start();
  clock.advance(2_000);
  assertEquals(sockets, 1);
  assert(clock.timers > 0);
  client.close();
  assertEquals([sockets, clock.timers], [0, 0]);
  client.link.wake();
  clock.advance(60_000);
  assertEquals([sockets, clock.timers], [0, 0]);
});

Deno.test("a world that is left makes no timer any more", () => {
  const clock = new FakeClock();
  const world = endable(worldOf(clock, () => ({ send() {}, close() {} })));
  world.after(1_000, () => {});
  world.end();
  const cancel = world.after(1_000, () => {});
  assertEquals(clock.timers, 0);
  cancel();
});

Deno.test("a program with a token whose socket cannot be made takes it for a lost connection", async () => {
  const problem = new Error("No sockets here");
  const tokens = new Tokens("a token");
  const world = tokens.first(worldOf(new FakeClock(), () => {
    throw problem;
  }));
  const closed = Promise.withResolvers<number>();
  world.dial("ws://nowhere", "chat", { opened() {}, received() {}, closed: closed.resolve });
  assertEquals([await closed.promise, tokens.problem], [1006, problem]);
});

function itemsOf(from: number, to: number): Item[] {
  return Array.from(
    { length: to - from + 1 },
    (_, n) => ({ era: 0, seq: from + n, from: from + n, id: "1", name: "Ada", text: "hi", ts: 0 }),
  );
}

Deno.test("a page of history that the timeline has left behind meanwhile makes no gap in it", () => {
  let answer = (_line: object) => {};
  const client = {
    link: { ask: (_command: object, reply: typeof answer) => answer = reply },
    rooms: { quote() {} },
    unsent: { received() {} },
  };
  const room = new Room("lobby");
  room.joined = true;
  const timeline = new Timeline(client as unknown as Client, room, () => {});
  for (const item of itemsOf(102, 400)) timeline.received(item);
  loadBefore(timeline, timeline.items[0]!, () => {});
  for (const item of itemsOf(401, 1_104)) timeline.received(item);
  answer({ type: "history", epoch: "", messages: itemsOf(2, 101), from: 2, more: true });
  timeline.items.slice(1).forEach(({ seq }, index) => assertEquals(seq, timeline.items[index]!.seq + 1));
});

Deno.test("what comes before the reader is brought to the first unread message is kept, and of what comes behind that less", () => {
  const timeline = new Timeline({} as unknown as Client, new Room("lobby"), () => {});
  for (const item of itemsOf(1, 325)) timeline.received(item);
  assertEquals(timeline.items.length, 325);
  timeline.land();
  for (const item of itemsOf(326, 330)) timeline.received(item);
  assertEquals([timeline.items.length, timeline.items.at(-1)?.seq], [154, 330]);
});

Deno.test("one who reads further back has more messages than one who follows, and what comes beyond them waits below", () => {
  const timeline = new Timeline({} as unknown as Client, new Room("lobby"), () => {});
  timeline.land();
  timeline.follow = false;
  for (const item of itemsOf(1, 450)) timeline.received(item);
  assertEquals([timeline.items.length, timeline.tail], [450, true]);
  for (const item of itemsOf(451, 460)) timeline.received(item);
  assertEquals([timeline.items.length, timeline.items.at(-1)?.seq, timeline.tail], [400, 400, false]);
  timeline.jump();
  assert(timeline.tail);
});

/** A place that keeps so many characters, the names not counted. */
class Area extends Map<string, string> {
  space = Infinity;

  get length(): number {
    return this.size;
  }

  getItem(key: string): string | null {
    return this.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    const others = [...this].filter(([each]) => each !== key).map(([, other]) => other);
    if ([...others, text].join("").length > this.space) throw new DOMException("Full", "QuotaExceededError");
    this.set(key, text);
  }

  removeItem(key: string): void {
    this.delete(key);
  }

  key(index: number): string | null {
    return [...this.keys()][index] ?? null;
  }
}

Deno.test("what could not be kept is kept as soon as there is space, but not over what another tab has kept since", () => {
  const area = new Area();
  const storage = new Storage(() => area, "");
  storage.set("rooms", "old");
  area.space = 8;
  for (const key of ["greeted", "rooms"]) storage.set(key, "a longer text");
  assert(!storage.holds);
  storage.set("draft", "x");
  assertEquals([...area], [["rooms", "old"], ["draft", "x"]]);
  area.space = Infinity;
  area.set("rooms", "another tab's");
  storage.set("draft", null);
  assertEquals([...area], [["rooms", "another tab's"], ["greeted", "a longer text"]]);
  assert(storage.holds);
});

Deno.test("nothing is left of what is forgotten, nor of what had no space before", () => {
  const area = new Area();
  const storage = new Storage(() => area, "");
  for (const key of ["rooms", "read"]) storage.set(key, "[]");
  area.space = 4;
  storage.set("key", "secret");
  area.space = Infinity;
  storage.forget();
  storage.set("draft", "x");
  assertEquals([...area], []);
});

function worldOf(clock: FakeClock, dial: World["dial"]): World {
  return {
    dial,
    after: (ms, run) => clock.after(ms, run),
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    random: () => 0.9999,
    randomHex: () => "00",
    storage: new Storage(() => {
      throw new Error("It has none");
    }),
    tab: "tab",
  };
}
