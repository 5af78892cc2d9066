/**
 * The types of the client for programs, as its users see them: `/client.js` says where they are, and the files beside this one are held to them.
 *
 * @module
 */

/**
 * Connects, and stays connected until it is closed.
 *
 * @param url where the chat is: `wss://chat.example`, `https://example.org/chat`
 * @throws {TypeError} if the URL cannot be used, there is no `WebSocket`, or an `identity` cannot be proven here: a page on plain http lacks what that takes
 */
export declare function connect(url: string | URL, options?: ConnectOptions): Chat;

export interface ConnectOptions {
  /** What others see. A token may say otherwise; without either the server makes one up. */
  name?: string;
  /** The secret of an id that nobody else can take: 128 random bits or more, kept by you. Without it, `id` and `token`, one is made up for this connection. */
  identity?: string;
  /** Instead of that, an id that anybody may use; messages under it cannot be edited or deleted. */
  id?: string;
  /** Instead of that, what a site or the server vouches by: a bot's secret, or a function that gets a token, which is called before each connection, and before a token expires. */
  token?: string | (() => string | Promise<string>);
  /** Where messages wait that are not sent yet, such as `localStorage`; else in memory. */
  storage?: StorageArea | false;
  /** Where there is no global one. */
  WebSocket?: new (url: string, protocol: string) => SocketLike;
  /** Ends the connection. */
  signal?: AbortSignal;
}

/** The part of the Web's `Storage` that is used. */
export interface StorageArea {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/** The part of the Web's `WebSocket` that is used. */
export interface SocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(text: string): void;
  close(): void;
}

/** One connection, and the rooms that are followed on it. */
export interface Chat {
  /** The own id, once it is known: before the first event in any case. */
  readonly id: string;
  readonly state: ChatState;
  /** Has something called with each event of one type. Gives what ends that. */
  on<Type extends keyof ChatEvents>(type: Type, run: (what: ChatEvents[Type]) => void): () => void;
  /**
   * A room: joined once it is read from or written to, and the same object each time.
   *
   * @param options `after`: where its stream begins, unless it has begun: behind a position that was kept, with the oldest message that the server keeps, or (by
   *   default) with what comes from now on
   */
  room(name: string, options?: { after?: Beginning }): ChatRoom;
  /** Looks at the connection at once, or tries again: for whoever learns that the network has changed. */
  wake(): void;
  /** Ends the connection, its timers and its streams. What was not stored yet is rejected, and stays in the storage. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * What the connection is doing. `retryAt`: when it tries again, in milliseconds since the epoch; `reason`: why there was no token. `refused`: the server does not
 * let it in, and it does not try again.
 */
export type ChatState =
  | { readonly phase: "connecting" | "online" | "closed" }
  | { readonly phase: "waiting"; readonly retryAt: number; readonly reason?: unknown }
  | { readonly phase: "refused"; readonly reason: RefusedError };

/** The events of a connection. `failed`: the server refuses something that an earlier program had left in the storage. */
export interface ChatEvents {
  state: ChatState;
  failed: { room: string; text?: string; reason: RefusedError };
}

/** The server has refused something. `code` is the protocol's. */
export interface RefusedError extends Error {
  readonly code: string;
}

/** A room that is followed, or written to. */
export interface ChatRoom extends AsyncIterable<ChatEvent, undefined> {
  readonly name: string;
  /** The place of the last event that was taken from the stream. A later program that gives it to `room` as `after` goes on there. */
  readonly position: ChatPosition | undefined;
  /** Those who are in it, as far as the server names them. */
  readonly members: Member[];
  /** Its events, in their order, without end. A room has one stream: a loop goes on where the one before it stopped. It throws a {@linkcode RefusedError} if the room cannot be read, or not any more. */
  [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined>;
  /**
   * Sends a message. It is stored once, however often the connection is lost meanwhile.
   *
   * @param options `reply`: the message that it answers; `mentions`: the ids of those whom it calls; `nonce`: your own mark for it, 1 to 64 visible characters: of
   *   all that one id sends to a room with one, one is stored, over restarts of the program, too
   * @returns where it is stored, once it is; rejects with a {@linkcode RefusedError}, or an `AbortError` if the connection is closed before that
   */
  send(text: string, options?: { reply?: Target; mentions?: string[]; nonce?: string }): Promise<Stored>;
  /** Replaces the text of a message of one's own. By its number alone: whatever its text is now. */
  edit(message: Target, text: string): Promise<Stored>;
  /** Deletes a message. */
  remove(message: Target): Promise<Stored>;
  /** Reacts to a message, or takes that back. */
  react(message: Target, emoji: string, on?: boolean): Promise<Stored>;
  /** Shows the others for some seconds that one is typing. */
  typing(): void;
  /**
   * Messages that were there before, as they are now, the oldest first. Rejects as {@linkcode send} does.
   *
   * @param options `before`: a `seq`, without it the newest; `limit`: at most 100
   */
  history(options?: { before?: number; limit?: number }): Promise<MessageEvent[]>;
  /** Follows it no more: its stream ends, and what is not stored yet is rejected, and not sent later. */
  leave(): void;
}

/**
 * What a stream brings. `gap`: something is missing before the next event. `missed` says how many messages, if that is known. `trimmed`: the server does not
 * keep them; `epoch`: its store has begun another life, and its numbers begin anew; `changes`: no message is missing, but so much has happened that the server
 * does not tell it one by one: messages from before the gap may have been changed or deleted since. `people`: who is there, or typing, has changed.
 */
export type ChatEvent =
  | MessageEvent
  | ChangeEvent
  | { readonly type: "gap"; readonly reason: "trimmed" | "epoch" | "changes"; readonly missed?: number }
  | { readonly type: "people"; readonly members: Member[]; readonly typing: string[] };

/** Somebody in a room. */
export interface Member {
  id: string;
  name: string;
}

/** A place in a room. */
export interface Position {
  epoch: string;
  seq: number;
}

/** A place to go on from: everything up to it was taken. `ordinal`: how many messages the room had had. */
export interface ChatPosition extends Position {
  ordinal?: number;
}

/** Where a stream begins. */
export type Beginning = ChatPosition | "start" | "now";

/** A message, as it is by now. */
export interface MessageEvent extends Member, Position {
  readonly type: "message";
  text: string;
  /** When it was stored, in milliseconds since the epoch. */
  ts: number;
  nonce?: string;
  /** The `seq` of the last change in it. */
  rev?: number;
  /** How often it was edited. */
  version?: number;
  /** Its text is gone. */
  deleted?: true;
  reactions?: { emoji: string; count: number; mine?: true }[];
  /** The `seq` of the message that it answers. */
  reply?: number;
  /** How many answer it. */
  replies?: number;
  /** The ids of those whom it calls. */
  mentions?: string[];
}

/**
 * Something happened to a message (its `seq` is `target`; `kind` is `edit`, `delete` or `react`), or to the room itself (`settings`, `member`), or something that
 * this client does not know. The protocol says which fields each kind has.
 */
export interface ChangeEvent extends Position {
  readonly type: "change";
  kind?: string;
  id?: string;
  name?: string;
  ts?: number;
  nonce?: string;
  target?: number;
  text?: string;
  version?: number;
  emoji?: string;
  on?: boolean;
  mentions?: string[];
  deleted?: true;
  [field: string]: unknown;
}

/** The message that is meant: its `seq`, or an event of the stream. */
export type Target = number | { seq: number; epoch?: string; version?: number };

/** Where something is stored, and how safely. `durability` is absent if the server's own answer was lost. */
export interface Stored extends Position {
  durability?: "fsync" | "os" | "memory";
}
