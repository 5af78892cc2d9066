/**
 * A room server as one would write it in Deno on the first day: a set of sockets, and a loop that sends.
 *
 * @module
 */

const rooms = new Map<string, Set<WebSocket>>();

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  // deno-lint-ignore no-console -- as everyone would write it
  onListen: ({ port }) => console.log(JSON.stringify({ event: "listening", port })),
}, (request) => {
  const url = new URL(request.url);
  const id = url.pathname.split("/")[2];
  const name = url.searchParams.get("room") ?? "lobby";
  const room = rooms.get(name) ?? new Set();
  rooms.set(name, room);
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onopen = () => room.add(socket);
  socket.onclose = () => room.delete(socket);
  socket.onmessage = ({ data }) => {
    for (const member of room) member.send(`Client #${id} says: ${data}`);
  };
  return response;
});
