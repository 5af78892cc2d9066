/**
 * The real program, with a bug in every place of which nobody catches what it throws: beside each socket's own events, in a
 * timer, in a listener, in a promise.
 *
 * @module
 */

function fail(place: string): never {
  throw new Error(`thrown by a test: ${place}`);
}

const upgrade = Deno.upgradeWebSocket;
Deno.upgradeWebSocket = (request, options) => {
  const upgraded = upgrade(request, options);
  upgraded.socket.addEventListener("open", () => fail("socket opened"));
  upgraded.socket.addEventListener("message", () => fail("socket message"));
  upgraded.socket.addEventListener("close", () => fail("socket closed"));
  return upgraded;
};

await import("../../main.ts");

const target = new EventTarget();
target.addEventListener("test", () => fail("listener"));
setTimeout(() => target.dispatchEvent(new Event("test")));
setTimeout(() => fail("timer"));
Deno.addSignalListener("SIGUSR1", () => fail("signal"));
Promise.reject(new Error("thrown by a test: promise"));
Promise.reject(Object.assign(Object.create(null), { place: "object" }));
