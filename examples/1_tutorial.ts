// The chat of the WebSocket tutorials: a set of sockets, and a loop that sends.
const sockets = new Set<WebSocket>();

Deno.serve({ port: Number(Deno.args[0] ?? 8000) }, (request) => {
  const [, ws, id] = new URL(request.url).pathname.split("/");
  if (ws !== "ws") return new Response("Connect to /ws/NAME\n");
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onopen = () => sockets.add(socket);
  socket.onmessage = ({ data }) => broadcast(`Client #${id} says: ${data}`);
  socket.onclose = () => {
    sockets.delete(socket);
    broadcast(`Client #${id} left the chat`);
  };
  return response;
});

function broadcast(text: string): void {
  for (const socket of sockets) socket.send(text);
}
