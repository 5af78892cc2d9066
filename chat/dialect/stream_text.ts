/**
 * The texts of streams, by the Durable Streams protocol: https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md
 *
 * @module
 */

import { jsonLine } from "../base/escape.ts";
import { type Frame, frameOf } from "../wire/frame.ts";
import { offsetOf, type Place } from "../wire/offset.ts";

/** What a reader is told of its place. */
export interface Control {
  streamNextOffset: string;
  /** A number that rises from request to request, by which caches between a server and its clients could tell them apart. */
  streamCursor: string;
  /** There is nothing more for now. */
  upToDate?: true;
}

/** An event of server-sent events, and the place behind it. */
export interface DataEvent extends Frame {
  seq: number;
}

/**
 * Writes entries as one event. Its offset comes before its data: a browser that loses the connection in between has neither, and asks for
 * both again.
 */
export function dataEvent(behind: Place, entries: string[]): DataEvent {
  const data = entries.map((entry) => `data:${entry}`).join(",\n");
  return { ...frameOf(`id: ${offsetOf(behind)}\nevent: data\ndata:[\n${data}\ndata:]\n\n`), seq: behind.seq };
}

/** Writes a reader's place, which follows every {@linkcode dataEvent}. */
export function controlEvent(control: Control): string {
  return `event: control\ndata:${jsonLine(control)}\n\n`;
}

/** Says how long a browser waits before it comes back. */
export function retryField(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`;
}

/** A reader that has been sent nothing yet learns where it is, so that it can come back there. */
export function openingEvent(control: Control): string {
  return `id: ${control.streamNextOffset}\n${controlEvent(control)}`;
}
