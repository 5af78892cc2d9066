/** The log's way out, on a stream that takes its time, little, or nothing at all. @module */

import { LineWriter } from "../../chat/logging/line_writer.ts";
import { LOG_BATCH_BYTES, LOG_WAITING_BYTES } from "../../chat/logging/bounds.ts";
import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";

/** A disk with so much room. What does not fit is written in part, and the write fails: so it is with `Deno.stdout`. */
class Disk {
  text = "";
  writes = 0;
  room = Infinity;

  write(bytes: Uint8Array): Promise<number> {
    this.writes++;
    const length = Math.min(bytes.length, this.room);
    this.room -= length;
    this.text += new TextDecoder().decode(bytes.subarray(0, length));
    if (length < bytes.length) return Promise.reject(new Error("No space left on device"));
    return Promise.resolve(length);
  }

  get lines(): string[] {
    return this.text.split("\n").filter((line) => line !== "");
  }
}

const describeGap = (lines: number) => `(${lines} missing)`;

Deno.test("lines are written whole and in order, those that gather meanwhile in one go", async () => {
  const disk = new Disk();
  const writer = new LineWriter(disk, describeGap);
  const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index} é`);
  for (const line of lines) writer.write(line);
  await writer.close();
  assertEquals(disk.lines, lines);
  assertLess(disk.writes, 10);
  assertEquals([writer.dropped, writer.waitingBytes], [0, 0]);
});

Deno.test("a line that is written as the one before is done is not forgotten", async () => {
  const disk = new Disk();
  const writer = new LineWriter(disk, describeGap);
  writer.write("0");
  // At every step of the promises that end the writing of the first.
  for (let step = 1; step < 20; step++) {
    for (let turn = 0; turn < step; turn++) await Promise.resolve();
    writer.write(`${step}`);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(disk.lines.at(-1), `${step}`);
  }
});

Deno.test("on a disk that was full every line begins on its own, and one says how many are missing", async () => {
  await Promise.all([0, 3, 4, 6, 5_000, 12_001].map(async (room) => {
    const disk = new Disk();
    disk.room = room;
    const writer = new LineWriter(disk, describeGap);
    const before = Array.from({ length: 5_000 }, (_, line) => `${line}`.padStart(4, "0"));
    for (const line of before) writer.write(line);
    await eventually(() => writer.dropped > 0, "lines to be dropped");
    for (let line = 0; line < 10; line++) writer.write("dropped");
    disk.room = Infinity;
    await eventually(() => disk.text.includes("missing"), "the gap to be told");
    writer.write("afterwards");
    await writer.close();
    const gap = disk.lines.findIndex((line) => line.startsWith("("));
    assertEquals(disk.lines.slice(gap), [`(${writer.dropped} missing)`, "afterwards"], `room for ${room} bytes`);
    const whole = disk.lines.slice(0, gap).filter((line) => line.length === 4);
    assertEquals(whole, before.slice(0, Math.floor((room + 1) / 5)));
    // Of the one write that failed it is not known how much is there.
    const counted = whole.length + writer.dropped - 5_010;
    assert(counted >= 0 && counted <= LOG_BATCH_BYTES / 5, `room for ${room} bytes: ${counted} too many`);
  }));
});

Deno.test("the queue for a stuck stream is bounded, and missing lines are told in their place", async () => {
  const taken: Uint8Array[] = [];
  const flow = Promise.withResolvers<void>();
  const writer = new LineWriter({
    async write(bytes) {
      taken.push(bytes.slice());
      await flow.promise;
      return bytes.length;
    },
  }, describeGap);
  const fit = Math.floor(LOG_WAITING_BYTES / 1_000_000);
  for (let count = 0; count < 20; count++) writer.write("x".repeat(999_999));
  assertEquals([writer.dropped, writer.waitingBytes], [20 - fit, fit * 1_000_000]);
  writer.write("short enough, but it would stand before the gap");
  assertEquals(writer.dropped, 21 - fit);
  flow.resolve();
  await writer.close();
  assertEquals(new TextDecoder().decode(taken.at(-1)), `(${21 - fit} missing)\n`);
  assertEquals([taken.length, writer.waitingBytes], [fit + 1, 0]);
});

Deno.test("the end waits for what can be written, and no longer", async () => {
  const disk = new Disk();
  disk.room = 0;
  const full = new LineWriter(disk, describeGap);
  full.write("nowhere");
  await eventually(() => full.dropped === 1, "it to fail");
  await full.close(60_000);

  const stuck = new LineWriter({ write: () => new Promise(() => {}) }, describeGap);
  stuck.write("for ever");
  await stuck.close(10);
});
