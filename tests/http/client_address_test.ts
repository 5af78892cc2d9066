/** Where a client is, as far as proxies can be believed. @module */

import { behindProxies } from "../../chat/http/client_address.ts";
import { assertEquals } from "../lib/assert.ts";

const proxies = behindProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/8", "::1"]);

const CASES: [from: string, forwardedFor: string | null, expected: string][] = [
  // Nobody forwarded it, or nobody who may say so.
  ["127.0.0.1", null, "127.0.0.1:7"],
  ["203.0.113.1", null, "203.0.113.1:7"],
  ["203.0.113.1", "198.51.100.2", "203.0.113.1:7"],
  ["2001:db8::1", "198.51.100.2", "[2001:db8::1]:7"],
  // One proxy, several, of both families.
  ["127.0.0.1", "198.51.100.2", "198.51.100.2"],
  ["::1", "2001:db8::2", "2001:db8::2"],
  ["::ffff:127.0.0.1", "198.51.100.2", "198.51.100.2"],
  ["::FFFF:10.9.8.7", "198.51.100.2", "198.51.100.2"],
  ["fd00::7", "198.51.100.2,10.1.1.1, 10.2.2.2", "198.51.100.2"],
  ["10.0.0.1", "::ffff:198.51.100.2", "198.51.100.2"],
  ["10.0.0.1", "198.51.100.2, ::ffff:10.1.1.1", "198.51.100.2"],
  // What the client itself has put there is left of what it can prove.
  ["127.0.0.1", "1.1.1.1, 198.51.100.2", "198.51.100.2"],
  ["127.0.0.1", "10.1.1.1, 198.51.100.2, 10.2.2.2", "198.51.100.2"],
  // A client within the network of the proxies.
  ["127.0.0.1", "10.1.1.1", "10.1.1.1"],
  ["127.0.0.1", "10.3.3.3, 10.1.1.1", "10.3.3.3"],
  // With ports, as some proxies write them.
  ["127.0.0.1", "198.51.100.2:1234", "198.51.100.2"],
  ["127.0.0.1", "[2001:db8::2]:1234", "2001:db8::2"],
  ["127.0.0.1", "[2001:db8::2]", "2001:db8::2"],
  // One address has one spelling.
  ["10.0.0.1", "::ffff:0909:0909", "9.9.9.9"],
  ["10.0.0.1", "[::FFFF:909:909]:1234", "9.9.9.9"],
  ["10.0.0.1", "0:0:0:0:0:ffff:9.9.9.9", "9.9.9.9"],
  ["10.0.0.1", "198.51.100.2, ::ffff:0a01:0101", "198.51.100.2"],
  ["10.0.0.1", "2001:0DB8:0:0:0:0:0:2", "2001:db8::2"],
  ["10.0.0.1", "fe80:0::1%eth0", "fe80::1%eth0"],
  ["::ffff:cb00:7101", null, "203.0.113.1:7"],
  // What is no address ends it.
  ["127.0.0.1", "", "127.0.0.1:7"],
  ["127.0.0.1", "unknown", "127.0.0.1:7"],
  ["127.0.0.1", "198.51.100.2, unknown", "127.0.0.1:7"],
  ["127.0.0.1", "198.51.100.2, <script>, 10.1.1.1", "10.1.1.1"],
];

for (const [hostname, forwardedFor, expected] of CASES) {
  Deno.test(`from ${hostname}, forwarded for ${forwardedFor}, a client is ${expected}`, () => {
    assertEquals(proxies.addressOf({ hostname, port: 7 }, forwardedFor), expected);
  });
}
