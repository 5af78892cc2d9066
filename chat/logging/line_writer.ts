/**
 * Writes lines that may not be writable: to a full disk, a pipe that nobody empties, one whose reader has gone. The caller
 * neither waits nor fails; lines that cannot be written are dropped, counted, and reported once that is possible.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setTimeout as rest } from "node:timers/promises";
import * as bounds from "./bounds.ts";

/** Takes bytes. `Deno.stdout` is one. */
export interface Sink {
  /**
   * Writes the first bytes of `bytes` and resolves with how many, at least one. It may never settle. If it rejects, some may
   * have been written nevertheless.
   */
  write(bytes: Uint8Array): Promise<number>;
}

/** Lines that are missing at one place. */
interface Gap {
  lines: number;
  since: Date;
}

/** One write is under way at a time. */
export class LineWriter {
  readonly #sink: Sink;
  readonly #describeGap: (lines: number, since: Date) => string;
  /** Lines that were dropped since the start. */
  dropped = 0;
  /** Bytes of the lines that wait and of those that are being written. */
  waitingBytes = 0;
  #waiting: Uint8Array[] = [];
  /** The gap after the lines that wait. While there is one no line is taken: the gap would be reported in the wrong place. */
  #gap: Gap | undefined;
  /** Whether the last line that is there may lack its end. */
  #broken = false;
  #writing: Promise<void> | undefined;
  readonly #closed = new AbortController();

  /** @param describeGap makes the line that stands where lines are missing */
  constructor(sink: Sink, describeGap: (lines: number, since: Date) => string) {
    this.#sink = sink;
    this.#describeGap = describeGap;
  }

  /** Queues a line, or drops it. @param text without the line's end */
  write(text: string): void {
    const line = encode(text);
    if (this.#gap !== undefined || this.waitingBytes + line.length > bounds.LOG_WAITING_BYTES) this.#drop(1);
    else {
      this.#waiting.push(line);
      this.waitingBytes += line.length;
    }
    this.#writing ??= this.#writeAll();
  }

  /** Writes the lines that wait, for at most `ms` milliseconds; the rest is lost. */
  async close(ms: number = bounds.LOG_CLOSE_MS): Promise<void> {
    this.#closed.abort();
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.#writing, new Promise((late) => timer = setTimeout(late, ms))]);
    clearTimeout(timer);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 || this.#gap !== undefined) {
      if (await this.#writeWaiting()) continue;
      const { signal } = this.#closed;
      if (signal.aborted) break;
      await rest(bounds.LOG_RETRY_MS, undefined, { signal }).catch(() => {});
    }
    this.#writing = undefined;
  }

  /** Writes the lines that wait, or drops them if that fails. @returns whether they were written */
  async #writeWaiting(): Promise<boolean> {
    const [lines, gap] = [this.#waiting, this.#gap];
    this.#waiting = [];
    this.#gap = undefined;
    if (gap !== undefined) lines.push(encode(this.#describeGap(gap.lines, gap.since)));
    const written = await this.#writeLines(lines);
    const lost = lines.length - written;
    if (lost > 0) {
      // The line that would have reported the gap does not count as missing.
      this.#drop(lost + this.#waiting.length - (gap === undefined ? 0 : 1), gap);
      this.#waiting = [];
    }
    this.waitingBytes = this.#waiting.reduce((sum, line) => sum + line.length, 0);
    return lost === 0;
  }

  /** Writes lines until one cannot be written. @returns how many surely were */
  async #writeLines(lines: Uint8Array[]): Promise<number> {
    let next = 0;
    while (next < lines.length) {
      const end = endOfBatch(lines, next);
      const batch = lines.slice(next, end);
      if (this.#broken) batch.unshift(encode(""));
      try {
        await this.#writeBytes(Buffer.concat(batch));
      } catch {
        this.#broken = true;
        return next;
      }
      this.#broken = false;
      next = end;
    }
    return next;
  }

  async #writeBytes(bytes: Uint8Array): Promise<void> {
    while (bytes.length > 0) bytes = bytes.subarray(await this.#sink.write(bytes));
  }

  /** @param earlier a gap before these lines that could not be reported */
  #drop(lines: number, earlier?: Gap): void {
    this.dropped += lines;
    const known = (earlier?.lines ?? 0) + (this.#gap?.lines ?? 0);
    this.#gap = { lines: known + lines, since: earlier?.since ?? this.#gap?.since ?? new Date() };
  }
}

const encoder = new TextEncoder();

function encode(line: string): Uint8Array {
  return encoder.encode(`${line}\n`);
}

/** The index after the last of the lines from `start` on that are written together: at least one. */
function endOfBatch(lines: Uint8Array[], start: number): number {
  let bytes = lines[start]!.length;
  let end = start + 1;
  while (end < lines.length && (bytes += lines[end]!.length) <= bounds.LOG_BATCH_BYTES) end++;
  return end;
}
