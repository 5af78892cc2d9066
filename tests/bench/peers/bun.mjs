// Rooms with Bun: its own publish and subscribe, done in native code.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    const url = new URL(request.url);
    const data = { id: url.pathname.split("/")[2], room: url.searchParams.get("room") ?? "lobby" };
    if (!server.upgrade(request, { data })) return new Response("WebSocket only", { status: 426 });
  },
  websocket: {
    open: (socket) => socket.subscribe(socket.data.room),
    message: (socket, text) => void server.publish(socket.data.room, `Client #${socket.data.id} says: ${text}`),
  },
});

// deno-lint-ignore no-console
console.log(JSON.stringify({ event: "listening", port: server.port }));
