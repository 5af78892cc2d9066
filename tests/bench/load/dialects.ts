/**
 * The three ways in which the servers of the bench are spoken to.
 *
 * @module
 */

import type { DialectName } from "./spec.ts";

/** A place in a room's log. */
export interface Position {
  epoch: string;
  seq: number;
}

/** What a text from the server means to a client that is on its way into its room. */
export interface Understood {
  /** The client is in its room. */
  ready?: boolean;
  /** What must be sent back for things to go on. */
  answer?: string;
  /** Where the room was at that moment, how many messages came along, and whether they were all that was missed. */
  joined?: Position & { messages: number; recovered: boolean };
}

/** One way of speaking. */
export interface Dialect {
  /** The subprotocol to ask for. */
  subprotocol?: string;
  /** Whether a client is in its room as soon as it is connected. */
  readyAtOnce: boolean;
  /** Whether an author is told that what it sent is stored. */
  acknowledges?: boolean;
  /** The path to connect to. */
  path(id: string, room: string): string;
  /** What to send first; nothing where the server is to speak first. */
  greeting(id: string, room: string, after?: Position): string | undefined;
  /** Reads a text that may be part of the way in. */
  understand(text: string, room: string): Understood;
  /** A message, as it is sent. */
  publish(room: string, nonce: string, text: string): string;
  /** A reaction to the first message of a room, where there are any. */
  react?(room: string, nonce: string, on: boolean): string;
}

/** The tutorial's dialect, which Switchboard and most of the peers speak. */
const plain: Dialect = {
  readyAtOnce: true,
  path: (id, room) => `/ws/${id}?room=${room}`,
  greeting: () => undefined,
  understand: () => ({}),
  publish: (_room, _nonce, text) => text,
};

/** `chat.v1`, see `chat/protocol.md`. */
const chat: Dialect = {
  subprotocol: "chat.v1",
  readyAtOnce: false,
  acknowledges: true,
  path: (id) => `/ws/${id}`,
  greeting: (_id, room, after) =>
    `{"type":"hello","ref":"1","features":["changes"]}\n${JSON.stringify({ type: "join", ref: "2", room, after })}`,
  understand(text) {
    for (const line of text.split("\n")) {
      if (!line.startsWith('{"type":"joined"')) continue;
      const { epoch, seq, messages, recovered } = JSON.parse(line);
      return { ready: true, joined: { epoch, seq, messages: messages.length, recovered } };
    }
    return {};
  },
  publish: (room, nonce, text) =>
    `{"type":"publish","ref":"${nonce}","room":"${room}","nonce":"${nonce}","text":"${text}"}`,
  react: (room, nonce, on) =>
    `{"type":"react","ref":"1","room":"${room}","nonce":"${nonce}","target":1,"emoji":"👍","on":${on}}`,
};

/** Socket.IO over Engine.IO 4, WebSocket transport only. */
const socketio: Dialect = {
  readyAtOnce: false,
  path: () => "/socket.io/?EIO=4&transport=websocket",
  greeting: () => undefined,
  understand(text, room) {
    if (text.startsWith("0")) return { answer: "40" };
    if (text.startsWith("40")) return { answer: `420["join","${room}"]` };
    if (text === "2") return { answer: "3" };
    return { ready: text.startsWith("430") };
  },
  publish: (_room, _nonce, text) => `42["message","${text}"]`,
};

/** By name. */
export const DIALECTS: Record<DialectName, Dialect> = { plain, chat, socketio };
