// Rooms with Socket.IO on Node, as in its documentation. The room is the one last joined.
import { Server } from "socket.io";
import { createServer } from "node:http";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  let room = "lobby";
  socket.on("join", (name, done) => {
    room = name;
    socket.join(room);
    done();
  });
  socket.on("message", (text) => io.to(room).emit("message", `Client #${socket.id} says: ${text}`));
});

http.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => {
  // deno-lint-ignore no-console
  console.log(JSON.stringify({ event: "listening", port: http.address().port }));
});
