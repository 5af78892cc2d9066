import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** A server's end of a WebSocket. It has a browser's form, and more. */
export class WebSocket {
  /** Made by a {@linkcode WebSocketServer}. */
  constructor(...args: unknown[]);
  get readyState(): number;
  /** Bytes that have not left yet. */
  get bufferedAmount(): number;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  /** Reads no more of what the peer sends. */
  pause(): void;
  resume(): void;
  ping(): void;
  on(event: "close" | "error" | "message" | "ping" | "pong", listener: () => void): this;
}

export class WebSocketServer<Socket extends WebSocket = WebSocket> {
  /** See https://github.com/websockets/ws/blob/8.23.0/doc/ws.md#new-websocketserveroptions-callback */
  constructor(options: {
    noServer: true;
    WebSocket: new (...args: unknown[]) => Socket;
    clientTracking: boolean;
    closeTimeout: number;
    handleProtocols(asked: Set<string>): string;
    maxBufferedChunks: number;
    maxFragments: number;
    maxPayload: number;
    perMessageDeflate: false;
    skipUTF8Validation: false;
  });
  handleUpgrade(request: IncomingMessage, tcp: Duplex, head: Uint8Array, done: (socket: Socket) => void): void;
}
