/**
 * What each command of `chat.v1` does. A command that returns a promise holds up the connection's next one; `publish` does
 * not wait for the store, so that a client may have many messages under way.
 *
 * @module
 */

import { newestPortion } from "../room/batch.ts";
import type { Connection } from "../socket/connection.ts";
import { failPoint } from "../base/fail_points.ts";
import { idOfKey, isKeyed } from "../wire/identity.ts";
import * as limits from "../limits.ts";
import { type MessageLog, type Refusal, StoreUnavailableError } from "../log/message_log.ts";
import { type Command, type ErrorCode, WIRE_LIMITS } from "../wire/lines.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Turns } from "../base/turns.ts";
import { VERSION } from "../settings/version.ts";

/** What the commands work on. */
export interface Switchboard {
  /** Where messages are kept. */
  readonly log: MessageLog;
  /** The rooms of this process. */
  readonly rooms: Rooms;
  /** Shares out the event loop among those who read. */
  readonly turns: Turns;
}

type Handler<T extends Command["type"]> = (
  switchboard: Switchboard,
  connection: Connection,
  command: Extract<Command, { type: T }>,
) => void | Promise<void>;

/**
 * Carries out a command. Every command gets its reply, whatever happens.
 *
 * @returns a promise where the connection's next command must wait for this one
 */
export function execute(switchboard: Switchboard, connection: Connection, command: Command): void | Promise<void> {
  if (!connection.greeted && command.type !== "hello") {
    return refuse(connection, command.ref, "hello_first", 'The first command must be "hello"');
  }
  const handler = HANDLERS[command.type] as Handler<Command["type"]>;
  const pending = handler(switchboard, connection, command);
  return pending?.catch((error) => unavailable(connection, command.ref, error));
}

/** Says that the store is out of reach; lets every other error pass. */
function unavailable(connection: Connection, ref: string | undefined, error: unknown): void {
  if (!(error instanceof StoreUnavailableError)) throw error;
  const message = "The store does not answer: send the same command again later";
  connection.send({ type: "error", ref, code: "unavailable", message, retryAfterMs: limits.UNAVAILABLE_RETRY_MS });
}

function refuse(connection: Connection, ref: string | undefined, code: ErrorCode, message: string): void {
  connection.refuse(code, message, ref);
}

function isMember(connection: Connection, { room, ref }: { room: string; ref?: string }): boolean {
  if (connection.rooms.has(room)) return true;
  refuse(connection, ref, "not_joined", `The room ${room} must be joined first`);
  return false;
}

/** Says that the log has refused a message, and why. */
function refused(connection: Connection, ref: string, refusal: Refusal): void {
  if (refusal === "nonce_used") {
    const message = '"nonce" was used for another text in this room: a new message needs a new one, a UUID for example';
    return refuse(connection, ref, refusal, message);
  }
  // No fault of the client's, and so no strike.
  const message = "The server has no space for more messages: this one is not stored";
  connection.send({ type: "error", ref, code: refusal, message, retryAfterMs: limits.STORE_FULL_RETRY_MS });
}

const HANDLERS: { [T in Command["type"]]: Handler<T> } = {
  async hello(_switchboard, connection, { ref, name, key }) {
    const { id } = connection.peer;
    if (connection.greeted) return refuse(connection, ref, "already_hello", '"hello" was said already');
    if (isKeyed(id) && (key === undefined || await idOfKey(key) !== id)) {
      return refuse(connection, ref, "bad_key", `The id ${id} belongs to a key: "key" must be that key`);
    }
    connection.greeted = true;
    if (name !== undefined) connection.name = name;
    const { session } = connection;
    connection.send({
      type: "welcome",
      ref,
      id,
      name: connection.name,
      session,
      version: VERSION,
      limits: WIRE_LIMITS,
    });
  },

  async join(switchboard, connection, { ref, room: name, after }) {
    if (!connection.rooms.has(name) && connection.rooms.size >= limits.ROOMS_PER_CONNECTION) {
      const message = `A connection must not be in more than ${limits.ROOMS_PER_CONNECTION} rooms`;
      return refuse(connection, ref, "too_many_rooms", message);
    }
    await connection.ready();
    await switchboard.turns.run(connection, async () => {
      // A room opened for nobody, when all others have gone too, would stay open until somebody comes.
      if (connection.closed) return;
      const room = switchboard.rooms.open(name);
      await room.opened;
      if (room.full && !connection.rooms.has(name)) {
        const message = `A room must not have more than ${limits.MEMBERS_PER_ROOM} members`;
        return refuse(connection, ref, "room_full", message);
      }
      await room.join(connection, after, (joined) => {
        connection.rooms.add(name);
        connection.send({ type: "joined", ref, room: name, ...joined });
      });
    });
  },

  leave(switchboard, connection, { ref, room }) {
    switchboard.rooms.leave(connection, room);
    connection.send({ type: "ok", ref });
  },

  publish(switchboard, connection, command) {
    if (!isMember(connection, command)) return;
    const { ref, room, nonce, text } = command;
    switchboard.log.append(room, { id: connection.peer.id, name: connection.name, text, nonce }).then(
      (result) => {
        failPoint("before reply");
        if ("refused" in result) return refused(connection, ref, result.refused);
        const { epoch, seq, ts } = result;
        connection.send({ type: "ok", ref, epoch, seq, ts, durability: switchboard.log.durability });
      },
    ).catch((error) => unavailable(connection, ref, error)).catch((error) => connection.fail(error));
  },

  async history(switchboard, connection, command) {
    if (!isMember(connection, command)) return;
    const { ref, room, before, limit = limits.PAGE_MESSAGES } = command;
    await connection.ready();
    await switchboard.turns.run(connection, async () => {
      if (connection.closed) return;
      const { epoch, first, messages: page } = await switchboard.log.read(room, { before, limit });
      const messages = newestPortion(page, limits.REPLY_CHARACTERS);
      const more = messages.length > 0 && messages[0]!.seq > first;
      connection.send({ type: "history", ref, room, epoch, messages, more });
    });
  },

  typing(switchboard, connection, command) {
    if (!isMember(connection, command)) return;
    switchboard.rooms.get(command.room)?.typing(connection.peer.id);
    if (command.ref !== undefined) connection.send({ type: "ok", ref: command.ref });
  },

  rename(switchboard, connection, { ref, name }) {
    connection.name = name;
    for (const room of connection.rooms) switchboard.rooms.get(room)?.rename(connection);
    connection.send({ type: "ok", ref, name });
  },

  ping(switchboard, connection, { ref }) {
    const heads: Record<string, { epoch: string; seq: number }> = {};
    for (const name of connection.rooms) heads[name] = switchboard.rooms.get(name)!.position(connection);
    connection.send({ type: "pong", ref, heads });
  },
};
