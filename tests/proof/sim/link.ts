/**
 * A simulated connection between a client and a server: ordered in each direction, and as slow, stuck or broken as the run
 * wants it. The server's end behaves as the runtime's WebSocket was measured to: `send` never refuses, `bufferedAmount` is
 * right while it is open, `onclose` may come twice, and a peer that does not read keeps even a close from leaving.
 *
 * @module
 */

import type { EventedSocket } from "../../../chat/outbox/outbox.ts";
import { IDLE_TIMEOUT_S } from "../../../chat/limits.ts";
import type { Random } from "../../lib/random.ts";
import type { Listener } from "../client/world.ts";
import type { Owner, VirtualTime } from "./virtual_time.ts";

/** What the client's end tells; of a frame, in which step of the run the server handed it over. */
export interface LinkListener extends Omit<Listener, "frame"> {
  frame(text: string, sentAt: number): void;
}

interface Outgoing {
  text: string;
  bytes: number;
  sentAt: number;
  close?: { code: number; reason: string };
}

const [OPEN, CLOSING, CLOSED] = [1, 2, 3];
/** When a client's system takes a peer that answers nothing for dead. */
const CLIENT_GIVES_UP_MS = 8_000;
const utf8 = new TextEncoder();
export class Link implements EventedSocket {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  /** The most that ever waited to leave, in bytes. */
  mostBuffered = 0;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #latencyMs: number;
  readonly #listener: LinkListener;
  readonly #owner: Owner;
  readonly #down: Outgoing[] = [];
  /** Frames; undefined is a close. */
  readonly #up: (string | undefined)[] = [];
  #buffered = 0;
  #leaving = false;
  #bytesPerMs = Infinity;
  #frozenUntil = 0;
  #downAt = 0;
  #upAt = 0;
  #serverState = OPEN;
  #clientOpen = true;

  /** @param owner the server process */
  constructor(time: VirtualTime, random: Random, latencyMs: number, owner: Owner, listener: LinkListener) {
    this.#time = time;
    this.#random = random;
    this.#latencyMs = latencyMs;
    this.#owner = owner;
    this.#listener = listener;
  }

  // The server's end.

  get readyState(): number {
    return this.#serverState;
  }

  get bufferedAmount(): number {
    return this.#serverState === OPEN ? this.#buffered : 0;
  }

  send(text: string): void {
    if (this.#owner.dead || this.#serverState !== OPEN) return;
    const bytes = utf8.encode(text).length;
    this.#buffered += bytes;
    this.mostBuffered = Math.max(this.mostBuffered, this.#buffered);
    this.#down.push({ text, bytes, sentAt: this.#time.step });
    this.#pumpDown();
  }

  close(code: number, reason: string): void {
    if (this.#owner.dead || this.#serverState !== OPEN) return;
    this.#serverState = CLOSING;
    this.#down.push({ text: "", bytes: 0, sentAt: this.#time.step, close: { code, reason } });
    this.#pumpDown();
  }

  // The client's end.

  /** Tells the client that it stands, before anything else comes. */
  open(): void {
    this.#downAt = this.#time.now + this.#delay();
    this.#time.at(this.#downAt, () => this.#clientOpen && this.#listener.opened());
  }

  /** Sends a frame to the server. */
  sendUp(text: string): void {
    if (!this.#clientOpen) return;
    this.#up.push(text);
    this.#pumpUp();
  }

  /** The client goes, properly. */
  closeFromClient(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#up.push(undefined);
    this.#pumpUp();
  }

  /** Whether something with these words is on its way to the server, though its client may have gone. */
  carries(words: string): boolean {
    return this.#up.some((frame) => frame?.includes(words));
  }

  // What happens to it.

  /** Breaks it, so that both ends hear of it, each in its time. What is on its way may be lost. */
  cut(code = 1006): void {
    this.#time.after(this.#random.between(0, 2 * this.#latencyMs), () => this.#endClient(code, "cut"));
    this.#time.after(this.#random.between(0, 2 * this.#latencyMs), () => this.#endServer(code));
  }

  /** Lets nothing pass for a while: nobody is told, nothing is lost. */
  freeze(ms: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#time.now + ms);
    if (ms === Infinity) {
      this.#time.after(CLIENT_GIVES_UP_MS, () => this.#endClient(1006, "no answer"));
      // The runtime's pings find a dead peer, unless they wait behind data.
      this.#time.after(IDLE_TIMEOUT_S * 1000, () => this.#buffered === 0 && this.#endServer(1006));
      return;
    }
    this.#time.at(this.#frozenUntil, () => {
      this.#pumpDown();
      this.#pumpUp();
    });
  }

  /** Lets the client read at this rate only, until it is told otherwise. */
  throttle(bytesPerMs: number): void {
    this.#bytesPerMs = bytesPerMs;
  }

  /** The server process has gone. @param silently with its machine, so that nobody tells the client */
  serverDied(silently: boolean): void {
    this.#serverState = CLOSED;
    if (silently) this.freeze(Infinity);
    else this.#time.after(this.#delay(), () => this.#endClient(1006, "the server died"));
  }

  get #isFrozen(): boolean {
    return this.#time.now < this.#frozenUntil;
  }

  #delay(): number {
    return this.#latencyMs * (0.5 + this.#random.next() ** 4);
  }

  #pumpDown(): void {
    while (!this.#leaving && !this.#isFrozen && this.#down.length > 0) {
      if (this.#bytesPerMs !== Infinity) return this.#leaveSlowly();
      this.#leave();
    }
  }

  #leaveSlowly(): void {
    this.#leaving = true;
    this.#time.after(this.#down[0]!.bytes / this.#bytesPerMs, () => {
      this.#leaving = false;
      if (!this.#isFrozen && this.#down.length > 0) this.#leave();
      this.#pumpDown();
    });
  }

  #leave(): void {
    const { text, bytes, sentAt, close } = this.#down.shift()!;
    this.#buffered -= bytes;
    this.#downAt = Math.max(this.#downAt, this.#time.now + this.#delay());
    this.#time.at(this.#downAt, () => {
      if (close !== undefined) this.#endBoth(close);
      else if (this.#clientOpen) this.#listener.frame(text, sentAt);
    });
  }

  #pumpUp(): void {
    while (!this.#isFrozen && this.#up.length > 0) {
      const data = this.#up.shift();
      this.#upAt = Math.max(this.#upAt, this.#time.now + this.#delay());
      this.#time.at(this.#upAt, () => {
        if (data === undefined) this.#endServer(1000);
        else if (this.#serverState === OPEN) this.onmessage?.({ data } as MessageEvent);
      }, this.#owner);
    }
  }

  #endBoth({ code, reason }: { code: number; reason: string }): void {
    this.#endClient(code, reason);
    this.#time.after(this.#delay(), () => this.#endServer(code));
  }

  #endClient(code: number, reason: string): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#listener.closed(code, reason);
  }

  #endServer(code: number): void {
    if (this.#owner.dead || this.#serverState === CLOSED) return;
    this.#serverState = CLOSED;
    this.#down.length = 0;
    const tell = () => this.onclose?.({ code, reason: "" } as CloseEvent);
    this.#time.after(0, tell, this.#owner);
    if (this.#random.chance(0.1)) this.#time.after(1, tell, this.#owner);
  }
}
