// Rooms with `ws` on Node: its documented broadcast, kept to the clients of one room.
import { WebSocket, WebSocketServer } from "ws";

const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096, clientTracking: false });

server.on("connection", (socket, request) => {
  const url = new URL(request.url, "http://localhost");
  const id = url.pathname.split("/")[2];
  const name = url.searchParams.get("room") ?? "lobby";
  if (!rooms.has(name)) rooms.set(name, new Set());
  const room = rooms.get(name).add(socket);
  socket.on("error", () => {});
  socket.on("close", () => room.delete(socket));
  socket.on("message", (data) => {
    const text = `Client #${id} says: ${data}`;
    for (const member of room) if (member.readyState === WebSocket.OPEN) member.send(text);
  });
});

// deno-lint-ignore no-console
server.on("listening", () => console.log(JSON.stringify({ event: "listening", port: server.address().port })));
