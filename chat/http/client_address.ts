/**
 * Where a client is, behind proxies that can be trusted to say so.
 *
 * @module
 */

import { BlockList, isIP } from "node:net";
import { type Endpoint, plainAddress, showAddress } from "../base/addresses.ts";

/**
 * Makes a function that finds a client's address.
 *
 * @param proxies addresses and ranges, `10.0.0.0/8`, whose `X-Forwarded-For` counts
 * @throws {TypeError} if one of them is neither
 */
export function behindProxies(proxies: string[]): (remote: Endpoint, forwardedFor: string | null) => string {
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits] = proxy.split("/", 2);
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    trusted.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return (remote, forwardedFor) => {
    if (forwardedFor === null || !isTrusted(remote.hostname)) return showAddress(remote);
    return furthest(forwardedFor, isTrusted) ?? showAddress(remote);
  };
}

/**
 * Each proxy adds, on the right, the address that it was reached from; the first that is not trusted may have made up everything
 * to the left of it.
 */
function furthest(forwardedFor: string, isTrusted: (address: string) => boolean): string | undefined {
  let known: string | undefined;
  for (const entry of forwardedFor.split(",").reverse()) {
    const address = withoutPort(entry.trim());
    if (isIP(address) === 0) return known;
    known = plainAddress(address);
    if (!isTrusted(address)) return known;
  }
  return known;
}

function withoutPort(entry: string): string {
  return /^\[(.*)\](:\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
}
