/**
 * What batching costs at the least on Deno: every 20 ms, all that has come goes to everybody as one frame. It keeps nothing,
 * knows nobody, and lets a message wait when there is no need to. What Switchboard needs beyond this is the price of the rest.
 *
 * @module
 */

const EVERY_MS = 20;
const members = new Set<WebSocket>();
const waiting: string[] = [];

setInterval(() => {
  if (waiting.length === 0) return;
  const frame = waiting.splice(0).join("\n");
  for (const member of members) member.send(frame);
}, EVERY_MS);

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  // deno-lint-ignore no-console -- as everyone would write it
  onListen: ({ port }) => console.log(JSON.stringify({ event: "listening", port })),
}, (request) => {
  const id = new URL(request.url).pathname.split("/")[2];
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onopen = () => members.add(socket);
  socket.onclose = () => members.delete(socket);
  socket.onmessage = ({ data }) => waiting.push(`Client #${id} says: ${data}`);
  return response;
});
