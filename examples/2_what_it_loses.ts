// Bob's connection breaks for a moment, as that of a phone in a tunnel does, and he comes back.
const server = Deno.args[0] ?? "ws://localhost:8000";

const ada = await enter("ada");
let bob = await enter("bob");
await say("one", ada, bob);
bob.close();
await new Promise((closed) => bob.onclose = closed);
await say("two", ada);
bob = await enter("bob");
await say("three", ada, bob);
ada.close();
bob.close();
// Bob has seen one and three, and nothing tells him or Ada that there was a two.

async function enter(id: string): Promise<WebSocket> {
  const socket = new WebSocket(`${server}/ws/${id}`);
  await new Promise((opened) => socket.onopen = opened);
  const isIn = hears(socket, "I am here");
  socket.send("I am here");
  await isIn;
  if (id === "bob") socket.addEventListener("message", ({ data }) => console.log(`Bob sees: ${data}`));
  return socket;
}

async function say(text: string, ...people: WebSocket[]): Promise<void> {
  const heard = people.map((each) => hears(each, text));
  ada.send(text);
  await Promise.all(heard);
}

function hears(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    socket.addEventListener("message", ({ data }) => data.endsWith(text) && resolve());
  });
}
