/** Addresses, and how they are shown. @module */

/** One end of a connection: where a server listens, or where a client is. */
export interface Endpoint {
  hostname: string;
  port: number;
}

/** Whether only programs on this machine can reach an address. */
export function isLocal({ hostname }: Endpoint): boolean {
  return /^127\.|^::1$/.test(plainAddress(hostname));
}

/** The one spelling of an address: a client that may choose among several could pass for several clients. IPv4 is told as such, even if it is wrapped into IPv6. */
export function plainAddress(hostname: string): string {
  const [address = "", zone] = hostname.split("%", 2);
  const plain = address.includes(":") ? URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) : undefined;
  if (plain === undefined) return hostname;
  const wrapped = /^::ffff:([^:]+):([^:]+)$/.exec(plain)?.slice(1);
  if (wrapped === undefined) return zone === undefined ? plain : `${plain}%${zone}`;
  return wrapped.map((group) => parseInt(group, 16)).map((bits) => `${bits >> 8}.${bits & 255}`).join(".");
}

/**
 * The network that counts as one client: an IPv4 address, or the 64 bits of IPv6 that a provider gives to a household or a machine.
 *
 * @param address with a port or without
 * @returns undefined for this machine, where a proxy may stand for everybody
 */
export function networkOf(address: string): string | undefined {
  const bare = /^\[(.*)\](:\d+)?$/.exec(address)?.[1] ?? /^([^:]+):\d+$/.exec(address)?.[1] ?? address;
  const hostname = plainAddress(bare);
  if (isLocal({ hostname, port: 0 })) return undefined;
  if (!hostname.includes(":")) return hostname;
  const [before = "", after] = hostname.replace(/%.*$/, "").split("::");
  const groups = before.split(":").filter((group) => group !== "");
  // Zeros stand where the colons are.
  const rest = after === undefined ? [] : after.split(":").filter((group) => group !== "");
  while (groups.length + rest.length < 8) groups.push("0");
  return `${[...groups, ...rest].slice(0, 4).join(":")}::/64`;
}

/** The address as in a URL: `[::1]:8000`. */
export function showAddress(at: Endpoint): string {
  const hostname = plainAddress(at.hostname);
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${at.port}`;
}

/** A URL that a browser on this machine can open. */
export function localUrl(scheme: "http" | "https", addresses: Endpoint[]): string {
  const [{ hostname, port }] = addresses as [Endpoint];
  const isLocalhost = addresses.length > 1 || /^(::|0\.0\.0\.0|127\.0\.0\.1)$/.test(hostname);
  return `${scheme}://${isLocalhost ? `localhost:${port}` : showAddress({ hostname, port })}/`;
}
