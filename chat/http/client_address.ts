/** What proxies say of a client, as far as they can be trusted to say so. @module */

import { BlockList, isIP } from "node:net";
import { type Endpoint, plainAddress, showAddress } from "../base/addresses.ts";

export interface Proxies {
  /** Whether a connection comes from one of them: only then its headers about the client count. */
  trusts(remote: Endpoint): boolean;
  /** The address of a client, by that of its connection and its `X-Forwarded-For`. */
  addressOf(remote: Endpoint, forwardedFor: string | null): string;
}

/**
 * @param proxies addresses and ranges, `10.0.0.0/8`
 * @throws {TypeError} if one of them is neither
 */
export function behindProxies(proxies: string[]): Proxies {
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = "", bits] = proxy.split("/", 2);
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    trusted.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return {
    trusts: (remote) => isTrusted(remote.hostname),
    addressOf(remote, forwardedFor) {
      if (forwardedFor === null || !isTrusted(remote.hostname)) return showAddress(remote);
      return furthest(forwardedFor, isTrusted) ?? showAddress(remote);
    },
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
