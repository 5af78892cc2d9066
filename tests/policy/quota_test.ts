/** Rates that connections share: of a person, of an address, of a room. Sockets are real, addresses are those that a proxy names. @module */

import { networkOf } from "../../chat/base/addresses.ts";
import { behindProxies } from "../../chat/http/client_address.ts";
import * as limits from "../../chat/limits.ts";
import { QUOTA_BUCKETS } from "../../chat/policy/bounds.ts";
import { Quota } from "../../chat/policy/quota.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { eventually } from "../lib/patience.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer, type TestServer, type TestServerOptions } from "../lib/server.ts";

const KEY = "4f1c9a52e07be1f0a3c4d5e6f7a8b9c0";
const NO_STALLS = { stalledMs: 0 };

const NETWORKS: [address: string, network: string | undefined][] = [
  ["203.0.113.7:5000", "203.0.113.7"],
  ["203.0.113.7", "203.0.113.7"],
  ["[2001:db8:1:2:3:4:5:6]:5000", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2:ffff::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0db8:0000:0001::", "2001:db8:0:1::/64"],
  ["[fe80::1%eth0]:5000", "fe80:0:0:0::/64"],
  ["127.0.0.1:5000", undefined],
  ["127.8.8.8", undefined],
  ["[::1]:5000", undefined],
  ["0:0:0:0:0:0:0:1", undefined],
  ["[::FFFF:7f00:1]:5000", undefined],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["[::ffff:cb00:7107]:5000", "203.0.113.7"],
  ["0:0:0:0:0:FFFF:203.0.113.7", "203.0.113.7"],
  ["0000:0000::ffff:cb00:7107", "203.0.113.7"],
  ["::1:203.0.113.7", "0:0:0:0::/64"],
  ["1:2::4:5:6:203.0.113.7", "1:2:0:4::/64"],
];

Deno.test("an address counts as one client: all of IPv4, 64 bits of IPv6, and this machine not at all", () => {
  for (const [address, network] of NETWORKS) assertEquals([address, networkOf(address)], [address, network]);
});

/** A server behind a proxy on this machine that names its clients' addresses. */
function startBehindProxy(options: TestServerOptions = {}): TestServer {
  return startServer({ proxies: behindProxies(["127.0.0.1"]), ...options });
}

/** The status with which a socket for this address is answered; it stays open until the peer is disposed of. */
async function connectFrom(
  server: TestServer,
  address: string | null,
  path = "/ws/ada",
): Promise<{ status: number; peer: RawPeer }> {
  const peer = await RawPeer.connect(server.port);
  await peer.write(upgradeHead(path, { "X-Forwarded-For": address, "Sec-WebSocket-Protocol": null }));
  return { status: (await peer.readResponse()).status, peer };
}

Deno.test("an address may have so many connections; others may have theirs, and one that closes makes room", async () => {
  await using server = startBehindProxy({ addressBounds: { connections: 3, connectsPerS: 0, roomsPerMin: 0 } });
  const open = async (address: string | null) => {
    const { status, peer } = await connectFrom(server, address);
    await eventually(() => status !== 101 || server.manager.stats.sockets >= peers.length + 1, "it");
    peers.push(peer);
    return status;
  };
  const peers: RawPeer[] = [];
  for (const address of ["198.51.100.1", "::ffff:198.51.100.1", "198.51.100.1"]) assertEquals(await open(address), 101);
  const { status, peer } = await connectFrom(server, "198.51.100.1");
  peer[Symbol.dispose]();
  assertEquals(status, 429);
  for (const address of ["198.51.100.2", "2001:db8::1", "2001:db8::2", "2001:db8::3", null, null, null, null]) {
    assertEquals([address, await open(address)], [address, 101]);
  }
  const inOneHousehold = await connectFrom(server, "2001:db8::ffff");
  inOneHousehold.peer[Symbol.dispose]();
  assertEquals(inOneHousehold.status, 429);
  peers[0]![Symbol.dispose]();
  await eventually(async () => {
    const { status, peer } = await connectFrom(server, "198.51.100.1");
    if (status === 101) peers.push(peer);
    else peer[Symbol.dispose]();
    return status === 101;
  }, "room for another one");
  for (const peer of peers.slice(1)) peer[Symbol.dispose]();
});

Deno.test("an address may connect so often, and is told when to come again", async () => {
  const clock = new FakeClock();
  const bounds = { connections: 0, connectsPerS: 2, roomsPerMin: 0 };
  await using server = startBehindProxy({ clock, addressBounds: bounds });
  const statuses = [];
  for (let count = 0; count < 2 * limits.ADDRESS_CONNECT_BURST_S; count++) {
    const { status, peer } = await connectFrom(server, "198.51.100.1");
    peer[Symbol.dispose]();
    statuses.push(status);
  }
  assertEquals(new Set(statuses), new Set([101]));
  const refused = await RawPeer.request(server.port, upgradeHead("/ws/ada", { "X-Forwarded-For": "198.51.100.1" }));
  assertEquals([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  clock.advance(1_000);
  const { status, peer } = await connectFrom(server, "198.51.100.1");
  peer[Symbol.dispose]();
  assertEquals(status, 101);
});

Deno.test("nothing of that holds where rates are off, nor for a peer whose proxy is not trusted", async () => {
  const addressBounds = { connections: 1, connectsPerS: 1, roomsPerMin: 1 };
  for (const options of [{ limitRate: false }, { proxies: undefined }]) {
    await using server = startBehindProxy({ addressBounds, clock: new FakeClock(), ...options });
    const peers = [];
    for (let count = 0; count < 10; count++) {
      const { status, peer } = await connectFrom(server, "198.51.100.1", `/ws/ada?room=r${count}`);
      assertEquals(status, 101);
      peers.push(peer);
    }
    for (const peer of peers) peer[Symbol.dispose]();
  }
});

Deno.test("an address may open so many new rooms, and goes on in rooms in which somebody wrote", async () => {
  const clock = new FakeClock();
  // The client's own address cannot be chosen, so this machine is made to count.
  const addressBounds = { connections: 0, connectsPerS: 0, roomsPerMin: 2 };
  await using server = startServer({
    clock,
    addressBounds,
    proxies: { trusts: () => true, addressOf: () => "198.51.100.1" },
  });
  await using ada = await ChatClient.open(server, "ada", "one");
  await ada.publish("one", "x");
  await ada.join("two");
  const refused = await ada.ask({ type: "join", room: "three" }, "error");
  assertEquals(refused.code, "rate_limited");
  await using keyed = await ChatClient.keyed(server, KEY);
  assertEquals((await keyed.ask({ type: "create", nonce: "n" }, "error")).code, "rate_limited");
  // As of a hidden room, which is told from one that is not there by nothing.
  assertEquals((await ada.ask({ type: "join", room: `p-${"a".repeat(26)}` }, "error")).code, "no_access");
  await ada.join("one");
  await using bob = await ChatClient.open(server, "bob", "two");
  const plain = await PlainClient.open(server, "42", "four");
  await eventually(() => plain.isClosed, "the close");
  assertEquals((await plain.closed).code, 1008);
  clock.advance(refused.retryAfterMs!);
  await ada.join("three");
  await bob.settled();
});

Deno.test("a person has one rate over all connections, and an id that anybody may use has none", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  const flood = async (open: () => Promise<ChatClient>) => {
    let answered = 0;
    for (let connection = 0; connection < 6; connection++) {
      await using client = await open();
      for (let count = 0; count < limits.COMMAND_BURST - 1; count++) client.post({ type: "ping" });
      await client.until(() => client.all("pong").length + client.all("error").length === limits.COMMAND_BURST - 1);
      answered += client.all("pong").length;
    }
    return answered;
  };
  assertEquals(await flood(() => ChatClient.open(server, "ada")), 6 * (limits.COMMAND_BURST - 1));
  // The hello of a connection comes before its id is proven, and does not count.
  assertEquals(await flood(() => ChatClient.keyed(server, KEY)), limits.ID_COMMAND_BURST);
});

Deno.test("a room has one rate for everybody in it, and nobody outside of it uses that up", async () => {
  const clock = new FakeClock();
  await using server = startServer({ clock });
  await using owner = await ChatClient.keyed(server, KEY);
  await owner.ask({ type: "create", nonce: "create", room: "tea" }, "ok");
  await owner.join("tea");
  const said = async (id: string, ...rooms: string[]) => {
    await using client = await ChatClient.open(server, id, ...rooms);
    const left = limits.COMMAND_BURST - 1 - rooms.length;
    for (let n = 0; n < left; n++) client.post({ type: "publish", room: "tea", nonce: `${id}-${n}`, text: "x" });
    await client.until(() => client.all("ok").length + client.all("error").length >= left).catch(() => {});
    return client.all("ok").length;
  };
  for (let stranger = 0; stranger < 20; stranger++) assertEquals(await said(`stranger ${stranger}`), 0);
  let stored = 0;
  for (let member = 0; member < 20; member++) stored += await said(`member ${member}`, "tea");
  assertEquals(stored, limits.ROOM_EVENT_BURST);
  const more = await owner.ask({ type: "publish", room: "tea", nonce: "more", text: "x" }, "error");
  assertEquals(more.code, "rate_limited");
  // Its moderators get through all the same.
  await owner.ask({ type: "member", room: "tea", nonce: "ban", id: "member 0", role: "banned" }, "ok");
});

Deno.test("an id whose address has used up its share is not let in later for that than it was told", () => {
  const clock = new FakeClock();
  const quota = new Quota(clock, NO_STALLS);
  const address = "203.0.113.7";
  for (let n = 0; n < limits.ADDRESS_REPORTS_PER_HOUR; n++) assertEquals(quota.reportMs(`k-${n}`, address), 0);
  const waits = Array.from({ length: limits.REPORTS_PER_HOUR }, () => quota.reportMs("k-ada", address));
  // A tenth of a second for what is rounded.
  clock.advance(waits.at(-1)! + 100);
  assertEquals(quota.reportMs("k-ada", address), 0);
});

Deno.test("a quota forgets what is full again, and never more than it must", () => {
  const clock = new FakeClock();
  const quota = new Quota(clock, NO_STALLS);
  const busy = quota.ofId("busy");
  busy.take(limits.ID_COMMAND_BURST);
  for (let n = 0; n < QUOTA_BUCKETS + 1_000; n++) quota.ofRoom(`r${n}`);
  assert(quota.ofId("busy") === busy, "one in use is kept");
  assert(quota.size <= QUOTA_BUCKETS, `${quota.size}`);
  for (let n = 0; n < QUOTA_BUCKETS + 1_000; n++) quota.ofId(`i${n}`).take(1);
  assert(quota.size <= QUOTA_BUCKETS, `${quota.size}`);
});
