import { assertEquals, assertThrows } from "../../lib/assert.ts";
import { AckReader } from "./acks.ts";
import { clientFrame, FrameReader, Opcode } from "./frames.ts";
import { markedText, MarkReader, RUN, STAMP_DIGITS } from "./marks.ts";

const utf8 = new TextEncoder();

/** A frame as a server sends it. */
function serverFrame(payload: string, opcode: number = Opcode.text): Uint8Array<ArrayBuffer> {
  const body = utf8.encode(payload);
  const head = body.length < 126
    ? [0x80 | opcode, body.length]
    : body.length < 65536
    ? [0x80 | opcode, 126, body.length >> 8, body.length & 255]
    : [0x80 | opcode, 127, 0, 0, 0, 0, 0, body.length >> 16, (body.length >> 8) & 255, body.length & 255];
  return new Uint8Array([...head, ...body]);
}

/** Reads bytes in pieces of the given length, and gives the marks' stamps and the frames wanted whole. */
function read(bytes: Uint8Array, piece: number): { stamps: number[]; whole: string[] } {
  const stamps: number[] = [];
  const whole: string[] = [];
  const marks = new MarkReader((stamp) => stamps.push(stamp));
  const frames = new FrameReader({
    begin: (opcode, length) => opcode !== Opcode.text || length < RUN,
    piece: (bytes, at, end) => marks.read(bytes, at, end),
    whole: (opcode, payload) => whole.push(`${opcode}:${new TextDecoder().decode(payload)}`),
  });
  for (let at = 0; at < bytes.length; at += piece) frames.read(bytes.subarray(at, at + piece));
  return { stamps, whole };
}

Deno.test("every mark is counted once, wherever the bytes are cut", () => {
  const texts = [1, 22, 333, 4444].map((micros) => markedText(micros, 80));
  const bytes = new Uint8Array([
    ...serverFrame(`Client #7 says: ${texts[0]}`),
    ...serverFrame("", Opcode.ping),
    ...serverFrame("2"),
    // A length that reads like the mark's own character.
    ...serverFrame(markedText(22, 64)),
    ...serverFrame(texts.slice(2).map((text) => JSON.stringify({ type: "message", seq: 9, text, ts: 1 })).join("\n")),
    ...serverFrame("x".repeat(70_000) + markedText(55555, RUN + STAMP_DIGITS)),
  ]);
  for (const piece of [1, 2, 3, 7, 31, 32, 33, 64, 100, 1_000, bytes.length]) {
    assertEquals(read(bytes, piece), { stamps: [1, 22, 333, 4444, 55555], whole: ["9:", "1:2"] }, `pieces of ${piece}`);
  }
});

Deno.test("text without a mark counts as nothing", () => {
  assertEquals(read(serverFrame(JSON.stringify({ type: "ok", ref: "n1", text: "x".repeat(500) })), 16).stamps, []);
});

Deno.test("each acknowledgement is counted for the message that it is of, wherever the bytes are cut", () => {
  const push = JSON.stringify({ type: "message", seq: 9, text: '"ok":ok":"okay":', ts: 1 });
  const bytes = utf8.encode(
    [{ type: "ok", ref: "1" }, { type: "ok", ref: "2" }].map((line) => JSON.stringify(line)).join(`\n${push}\n`),
  );
  for (let piece = 1; piece <= bytes.length; piece++) {
    const acked: number[] = [];
    const acks = new AckReader((sent) => acked.push(sent));
    for (const sent of [11, 22, 33]) acks.sent(sent);
    for (let at = 0; at < bytes.length; at += piece) acks.read(bytes, at, Math.min(at + piece, bytes.length));
    assertEquals(acked, [11, 22], `pieces of ${piece}`);
  }
});

Deno.test("a client's frame is masked, with a key that changes nothing", () => {
  const short = clientFrame("hi");
  assertEquals([...short], [0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
  const long = clientFrame("x".repeat(300));
  assertEquals([...long.subarray(0, 8)], [0x81, 0xfe, 1, 44, 0, 0, 0, 0]);
  assertEquals(long.length, 308);
  assertThrows(() => clientFrame("x".repeat(65_536)), RangeError, "Cannot frame");
});
