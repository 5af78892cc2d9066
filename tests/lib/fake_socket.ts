/** A socket without a network, for what a real one does too seldom. @module */

import type { EventedSocket } from "../../chat/outbox/outbox.ts";

/** An open socket whose peer has read everything, unless a test says otherwise. */
export class FakeSocket implements EventedSocket {
  readyState = 1;
  bufferedAmount = 0;
  onmessage: EventedSocket["onmessage"] = null;
  onclose: EventedSocket["onclose"] = null;
  /** The code that it was closed with. */
  closedWith?: number;

  send(_data: string): void {}

  close(code: number, reason: string): void {
    this.closedWith = code;
    this.readyState = 3;
    this.onclose?.(new CloseEvent("close", { code, reason }));
  }

  terminate(): void {
    this.close(1006, "");
  }

  /** The peer sends a text. */
  receive(data: string): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }
}
