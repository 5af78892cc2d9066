/**
 * Writes lines that may not be writable: to a full disk, a pipe that nobody empties, one whose reader has gone. The caller
 * neither waits nor fails; lines that cannot be written are dropped, counted, and reported once that is possible.
 *
 * @module
 */

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
  #dropped = 0;
  #waiting: Uint8Array[] = [];
  /** Of the lines that wait and of those that are being written. */
  #bytes = 0;
  /** The gap after the lines that wait. While there is one no line is taken: the gap would be reported in the wrong place. */
  #gap: Gap | undefined;
  /** Whether the last line that is there may lack its end. */
  #broken = false;
  #writing: Promise<void> | undefined;
  #closed = false;
  #endRest: () => void = () => {};

  /** Begins with nothing that waits. @param describeGap makes the line that stands where lines are missing */
  constructor(sink: Sink, describeGap: (lines: number, since: Date) => string) {
    this.#sink = sink;
    this.#describeGap = describeGap;
  }

  /** Lines that were dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes that wait to be written. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** Queues a line, or drops it. @param text without the line's end */
  write(text: string): void {
    const line = encode(text);
    if (this.#gap !== undefined || this.#bytes + line.length > bounds.LOG_WAITING_BYTES) this.#drop(1);
    else {
      this.#waiting.push(line);
      this.#bytes += line.length;
    }
    this.#start();
  }

  /** Writes the lines that wait, for at most `ms` milliseconds; the rest is lost. */
  async close(ms: number = bounds.LOG_CLOSE_MS): Promise<void> {
    this.#closed = true;
    this.#endRest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.#writing, new Promise((late) => timer = setTimeout(late, ms))]);
    clearTimeout(timer);
  }

  #start(): void {
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 || this.#gap !== undefined) {
      if (await this.#writeWaiting()) continue;
      if (this.#closed) break;
      await this.#rest();
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
    this.#bytes = length(this.#waiting);
    return lost === 0;
  }

  /** Writes lines until one cannot be written. @returns how many surely were */
  async #writeLines(lines: Uint8Array[]): Promise<number> {
    let next = 0;
    while (next < lines.length) {
      const end = endOfBatch(lines, next);
      const batch = concat(lines.slice(next, end));
      try {
        await this.#writeBytes(this.#broken ? concat([encode(""), batch]) : batch);
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
    this.#dropped += lines;
    const known = (earlier?.lines ?? 0) + (this.#gap?.lines ?? 0);
    this.#gap = { lines: known + lines, since: earlier?.since ?? this.#gap?.since ?? new Date() };
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, bounds.LOG_RETRY_MS);
      this.#endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const encoder = new TextEncoder();

function encode(line: string): Uint8Array {
  return encoder.encode(`${line}\n`);
}

function length(parts: Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function concat(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(length(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The index after the last of the lines from `start` on that are written together: at least one. */
function endOfBatch(lines: Uint8Array[], start: number): number {
  let bytes = lines[start]!.length;
  let end = start + 1;
  while (end < lines.length && (bytes += lines[end]!.length) <= bounds.LOG_BATCH_BYTES) end++;
  return end;
}
