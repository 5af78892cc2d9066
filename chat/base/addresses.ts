/** Addresses, and how they are shown. @module */

/** One end of a connection: where a server listens, or where a client is. */
export interface Endpoint {
  hostname: string;
  port: number;
}

/** Whether only programs on this machine can reach an address. */
export function isLocal({ hostname }: Endpoint): boolean {
  return /^127\.|^::1$|^::ffff:127\./.test(hostname);
}

/** An IPv4 address as such, even if the system wraps it into one of IPv6. */
export function plainAddress(hostname: string): string {
  return hostname.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
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
