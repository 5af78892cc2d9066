/** Where a client connects. @module */

/** What an id is put behind. @param {string | URL} url where the chat is @throws {TypeError} if it cannot be there */
export function socketsAt(url) {
  const address = new URL(url);
  address.protocol = address.protocol.replace("http", "ws");
  if (!address.protocol.startsWith("ws")) {
    throw new TypeError(`Cannot connect to ${url}: it must begin with wss: or https:`);
  }
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/ws/`;
  address.search = address.hash = "";
  return address.href;
}
