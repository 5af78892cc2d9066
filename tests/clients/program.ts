/**
 * A program on one of our clients, as the cases of `package_test.ts` use it: they are for every client.
 *
 * @module
 */

import type {
  Beginning,
  ChatEvent,
  ChatEvents,
  ChatPosition,
  ChatState,
  Member,
  MessageEvent,
  Stored,
  Target,
} from "../../static/client/connect.d.ts";

/** What to connect with. `storage` is whatever the client takes. */
export interface ProgramOptions {
  name: string;
  identity?: string;
  id?: string;
  token?: string | (() => string | Promise<string>);
  storage?: unknown;
  signal?: AbortSignal;
}

export interface ProgramRoom {
  readonly name: string;
  readonly position: ChatPosition | undefined;
  readonly members: Member[];
  [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined>;
  send(text: string, options?: { reply?: Target; mentions?: string[]; nonce?: string }): Promise<Stored>;
  edit(target: Target, text: string): Promise<Stored>;
  remove(target: Target): Promise<Stored>;
  react(target: Target, emoji: string, on?: boolean): Promise<Stored>;
  typing(): void;
  leave(): void;
  history(options?: { before?: number; limit?: number }): Promise<MessageEvent[]>;
}

export interface ProgramChat extends AsyncDisposable {
  readonly id: string;
  readonly state: ChatState;
  room(name: string, options?: { after?: Beginning }): ProgramRoom;
  on<Type extends keyof ChatEvents>(type: Type, run: (what: ChatEvents[Type]) => void): () => void;
  wake(): void;
  close(): void;
}
