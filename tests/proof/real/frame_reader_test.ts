/** A wire is read along as it is, however its bytes are cut. @module */

import { assertEquals } from "../../lib/assert.ts";
import { FrameReader } from "./frame_reader.ts";

const utf8 = new TextEncoder();

function frame(first: number, payload: Uint8Array, mask?: number[]): number[] {
  const { length } = payload;
  const size = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 255]
    : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255];
  const body = mask === undefined ? payload : payload.map((byte, index) => byte ^ mask[index % 4]!);
  return [first, size[0]! | (mask ? 0x80 : 0), ...size.slice(1), ...mask ?? [], ...body];
}

Deno.test("texts of every size are read, masked, in pieces, and with pings between them, whatever bytes come together", () => {
  const long = "ü".repeat(40_000);
  const bytes = Uint8Array.from([
    ...utf8.encode("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    ...frame(0x81, utf8.encode("short")),
    ...frame(0x01, utf8.encode("piece "), [1, 2, 3, 4]),
    ...frame(0x89, utf8.encode("ping")),
    ...frame(0x80, utf8.encode("by piece"), [9, 8, 7, 6]),
    ...frame(0x81, utf8.encode("m".repeat(300))),
    ...frame(0x81, utf8.encode(long)),
    ...frame(0x88, utf8.encode("")),
  ]);
  for (const step of [1_000, 65_536, bytes.length]) {
    const seen: string[] = [];
    const reader = new FrameReader((text) => seen.push(text), () => seen.push("open"));
    // The first bytes one by one.
    for (let at = 0; at < 80; at++) reader.take(bytes.subarray(at, at + 1));
    for (let at = 80; at < bytes.length; at += step) reader.take(bytes.subarray(at, at + step));
    assertEquals(seen, ["open", "short", "piece by piece", "m".repeat(300), long]);
  }
});

Deno.test("nothing is read of a connection that is refused", () => {
  const seen: string[] = [];
  const reader = new FrameReader((text) => seen.push(text), () => seen.push("open"));
  reader.take(utf8.encode("HTTP/1.1 503 Service Unavailable\r\n\r\nThe server is full"));
  assertEquals(seen, []);
});
