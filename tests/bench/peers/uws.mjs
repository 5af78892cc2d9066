// Rooms with µWebSockets.js on Node: its own publish and subscribe, done in C++. Its package on npm is another's copy.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { App, us_socket_local_port: portOf } = require(process.env.UWS_PACKAGE);

const app = App();
app.ws("/ws/:id", {
  idleTimeout: 60,
  upgrade: (response, request, context) => {
    const user = { id: request.getParameter(0), room: request.getQuery("room") || "lobby" };
    const header = (name) => request.getHeader(`sec-websocket-${name}`);
    response.upgrade(user, header("key"), header("protocol"), header("extensions"), context);
  },
  open: (socket) => socket.subscribe(socket.getUserData().room),
  message: (socket, data) => {
    const { id, room } = socket.getUserData();
    app.publish(room, `Client #${id} says: ${Buffer.from(data)}`);
  },
}).listen("127.0.0.1", 0, (listening) => {
  // deno-lint-ignore no-console
  console.log(JSON.stringify({ event: "listening", port: portOf(listening) }));
});
