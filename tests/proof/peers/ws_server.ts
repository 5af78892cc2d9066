/** `ws` as its documentation has it: a broadcast to all clients that are open. @module */

import { WebSocket, WebSocketServer } from "../../lib/ws.ts";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });

server.on("connection", (socket: WebSocket, { url = "" }: { url?: string }) => {
  const id = url.split("/")[2];
  socket.on("error", () => {});
  socket.on("message", (data: unknown) => {
    for (const each of server.clients) if (each.readyState === WebSocket.OPEN) each.send(`Client #${id} says: ${data}`);
  });
});
server.on("listening", () => {
  const { port } = server.address() as { port: number };
  // deno-lint-ignore no-console -- it is a program
  console.log(JSON.stringify({ event: "listening", port }));
});
