/** When Redis is taken to have written what it ran, by what it says. @module */

import { StoreUnavailableError } from "../../../chat/log/message_log.ts";
import { type WriteLook, WriteWatch } from "../../../chat/stores/redis/written.ts";
import { assert, assertEquals, assertRejects } from "../../lib/assert.ts";
import { FakeClock } from "../../lib/fake_clock.ts";

/** A watch on a Redis whose every answer is given by the test. */
class Scene {
  readonly clock = new FakeClock();
  readonly watch = new WriteWatch(() => this.#asked(), this.clock);
  /** How often it was asked. */
  questions = 0;
  #asking: PromiseWithResolvers<WriteLook> | undefined;

  #asked(): Promise<WriteLook> {
    this.questions++;
    this.#asking = Promise.withResolvers();
    return this.#asking.promise;
  }

  /** Answers the question, and lets time pass until the next one is put, or less. */
  async answer(
    size: number,
    waiting: number,
    { epoch = "1.a", number = 1, status = "ok", pass = 2 } = {},
  ): Promise<void> {
    const info = `aof_last_write_status:${status}\r\naof_current_size:${size}\r\naof_buffer_length:${waiting}\r\n`;
    this.#asking!.resolve({ epoch, number, info });
    await turn();
    this.clock.advance(pass);
    await turn();
  }

  /** Refuses the answer. */
  async breakOff(): Promise<void> {
    this.#asking!.reject(new StoreUnavailableError("gone"));
    await turn();
  }

  /** Somebody who waits, and what came of it. */
  wait(epoch = "1.a"): { outcome: string } {
    const waiter = { outcome: "waits" };
    this.watch.all(epoch).then(() => waiter.outcome = "written", () => waiter.outcome = "unknown");
    return waiter;
  }
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** A scene whose epoch is known. */
async function begun(): Promise<Scene> {
  const scene = new Scene();
  const first = scene.wait();
  await scene.answer(100, 0);
  assertEquals(first.outcome, "waits", "the question may have begun the epoch itself");
  await scene.answer(100, 0);
  assertEquals(first.outcome, "written");
  return scene;
}

Deno.test("whoever comes while a question is under way waits for the next one, which serves them all", async () => {
  const scene = await begun();
  const one = scene.wait();
  const later = [scene.wait(), scene.wait(), scene.wait()];
  assertEquals(scene.questions, 3);
  await scene.answer(100, 0);
  assertEquals([one, ...later].map(({ outcome }) => outcome), ["written", "waits", "waits", "waits"]);
  await scene.answer(100, 0);
  assertEquals(later.map(({ outcome }) => outcome), ["written", "written", "written"]);
  assertEquals(scene.questions, 4);
});

Deno.test("what was waiting is written once the file has grown by it, whatever waits by then", async () => {
  const scene = await begun();
  const one = scene.wait();
  await scene.answer(100, 50);
  const two = scene.wait();
  await scene.answer(149, 80);
  assertEquals([one.outcome, two.outcome], ["waits", "waits"]);
  await scene.answer(150, 90);
  assertEquals([one.outcome, two.outcome], ["written", "waits"]);
  await scene.answer(239, 90);
  assertEquals(two.outcome, "waits");
  await scene.answer(240, 90);
  assertEquals(two.outcome, "written");
});

Deno.test("when Redis rewrites its file, what waits then is waited for", async () => {
  const scene = await begun();
  const one = scene.wait();
  await scene.answer(100, 50);
  await scene.answer(20, 60);
  await scene.answer(79, 10);
  assertEquals(one.outcome, "waits");
  await scene.answer(80, 10);
  assertEquals(one.outcome, "written");
});

Deno.test("what is written covers the commits that had been made when it was asked, and those of no other epoch", async () => {
  const scene = await begun();
  scene.wait();
  await scene.answer(100, 50, { number: 7 });
  assert(!scene.watch.covers("1.a", 7));
  await scene.answer(150, 20, { number: 9 });
  assert(scene.watch.covers("1.a", 7));
  assert(!scene.watch.covers("1.a", 8));
  assert(!scene.watch.covers("2.b", 1));
});

Deno.test("of what was run under an epoch that has ended meanwhile, nothing is known", async () => {
  const scene = await begun();
  const one = scene.wait();
  await scene.answer(100, 50);
  const two = scene.wait();
  await scene.answer(150, 0, { epoch: "2.b" });
  assertEquals([one.outcome, two.outcome], ["unknown", "waits"]);
  await scene.answer(150, 0, { epoch: "2.b" });
  assertEquals(two.outcome, "unknown");
});

Deno.test("without an answer, or with one that it fails, or none in time that it is written, nothing is known", async () => {
  const scene = await begun();
  const one = scene.wait();
  const two = scene.wait();
  await scene.breakOff();
  assertEquals([one.outcome, two.outcome], ["unknown", "waits"]);
  await scene.answer(100, 0);
  assertEquals(two.outcome, "written");
  const failing = scene.wait();
  await scene.answer(100, 50, { status: "err" });
  assertEquals(failing.outcome, "unknown");
  const waiting = scene.wait();
  await scene.answer(100, 50);
  scene.clock.advance(4_000);
  await scene.answer(100, 50);
  assertEquals(waiting.outcome, "waits");
  scene.clock.advance(1_000);
  await scene.answer(100, 50);
  assertEquals(waiting.outcome, "unknown");
});

Deno.test("closed, it lets nobody wait and leaves no timer", async () => {
  const scene = await begun();
  const asked = scene.wait();
  await scene.answer(100, 50, { pass: 0 });
  assertEquals(scene.clock.timers, 0, "it asks again at once where it may have been only a moment too early");
  await scene.answer(100, 50, { pass: 0 });
  assertEquals(scene.clock.timers, 1);
  const late = scene.wait();
  scene.watch.close();
  await turn();
  assertEquals([asked.outcome, late.outcome], ["unknown", "unknown"]);
  await assertRejects(() => scene.watch.all("1.a"), StoreUnavailableError);
  assertEquals(scene.clock.timers, 0);
});
