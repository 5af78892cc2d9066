/** Texts as frames of a server. @module */

import { wireBytes } from "../../wire/size.ts";

/** The first byte of a frame that is a whole text message. */
const FINAL_TEXT = 0x81;
const utf8 = new TextEncoder();

let lastText = "";
let lastFrame: Uint8Array = encodeFrame("");

/** The bytes of a text as a frame. The last one is remembered, because a message goes to many, one after the other. */
export function frameBytesOf(text: string): Uint8Array {
  if (text !== lastText) [lastText, lastFrame] = [text, encodeFrame(text)];
  return lastFrame;
}

function encodeFrame(text: string): Uint8Array {
  const bytes = wireBytes(text);
  const head = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  const frame = new Uint8Array(head + bytes);
  const view = new DataView(frame.buffer);
  frame[0] = FINAL_TEXT;
  frame[1] = head === 2 ? bytes : head === 4 ? 126 : 127;
  if (head === 4) view.setUint16(2, bytes);
  if (head === 10) view.setBigUint64(2, BigInt(bytes));
  utf8.encodeInto(text, frame.subarray(head));
  return frame;
}
