/**
 * Socket.IO as its documentation has it for delivery: connection state recovery; and with `--store`, what the rest of its tutorial adds: messages
 * in SQLite, an offset from which a client is sent what it missed, and ids by which a repeated message is known.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { createServer } from "node:http";
import { Server } from "../../lib/socketio.ts";

const [path] = Deno.args;
const database = path === undefined ? undefined : new DatabaseSync(path);
database?.exec(`PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY AUTOINCREMENT, client_offset TEXT UNIQUE, content TEXT)`);
const insert = database?.prepare("INSERT INTO messages (content, client_offset) VALUES (?, ?)");
const since = database?.prepare("SELECT id, content FROM messages WHERE id > ?");

const http = createServer();
const io = new Server(http, { transports: ["websocket"], connectionStateRecovery: {} });

io.on("connection", (socket) => {
  socket.on("message", (text: string, clientOffset: string, done: () => void) => {
    let offset: number | bigint | undefined;
    try {
      offset = insert?.run(text, clientOffset).lastInsertRowid;
    } catch (error) {
      // It is stored already: the acknowledgement was lost.
      if (String(error).includes("UNIQUE")) return done();
      throw error;
    }
    io.emit("message", text, offset);
    done();
  });
  if (socket.recovered || since === undefined) return;
  for (const { id, content } of since.all(socket.handshake.auth.serverOffset ?? 0)) socket.emit("message", content, id);
});

http.listen({ host: "127.0.0.1", port: 0 }, () => {
  const { port } = http.address() as { port: number };
  // deno-lint-ignore no-console -- it is a program
  console.log(JSON.stringify({ event: "listening", port }));
});
