/** How much may be asked for at `/v1/`: as much as by sockets. @module */

import { behindProxies } from "../../../chat/http/client_address.ts";
import * as limits from "../../../chat/limits.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import { assertEquals } from "../../lib/assert.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { MemoryStore } from "../../lib/memory_store.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { provenOf } from "../../proof/client/ids.ts";
import { type Answer, call, say } from "./api.ts";

function start(clock: FakeClock): TestServer {
  return startServer({ clock, log: openLog(new MemoryStore(), clock), proxies: behindProxies(["127.0.0.1"]) });
}

/** Asks until it is refused. @returns how often it was not, and the refusal */
async function flood(ask: () => Promise<Answer>): Promise<[passed: number, refusal: Answer]> {
  for (let passed = 0;; passed++) {
    const answer = await ask();
    if (answer.status >= 400) return [passed, answer];
  }
}

Deno.test("an address may ask for as much as a connection, whatever ids it uses, and then when it is told to", async () => {
  const clock = new FakeClock();
  await using server = start(clock);
  let id = 0;
  const from = (address: string) => say(server, `rooms/tea?id=${++id}`, "hello", { "x-forwarded-for": address });
  const [passed, { status, headers, fields }] = await flood(() => from("192.0.2.1"));
  assertEquals([passed, status, fields.code], [limits.COMMAND_BURST, 429, "rate_limited"]);
  assertEquals(headers.get("retry-after"), `${Math.ceil(fields.retryAfterMs / 1000)}`);
  assertEquals((await from("192.0.2.2")).status, 201, "another address is not held up");
  clock.advance(fields.retryAfterMs);
  assertEquals((await from("192.0.2.1")).status, 201);
});

Deno.test("an id that is proven may ask for that over all its addresses, and reading has its price", async () => {
  const clock = new FakeClock();
  await using server = start(clock);
  const { id, key } = provenOf("ada");
  let address = 0;
  const headers = () => ({ authorization: `Bearer ${key}`, "x-forwarded-for": `192.0.2.${++address}` });
  const [said, { fields }] = await flood(() => say(server, `rooms/tea?id=${id}`, "hello", headers()));
  assertEquals([said, fields.code], [limits.COMMAND_BURST, "rate_limited"]);
  clock.advance(60_000);
  const [read] = await flood(() => {
    clock.advance(100);
    return call(server, "GET", `rooms?id=${id}`, { headers: headers() });
  });
  const price = limits.READ_PRICES.rooms;
  assertEquals(read, 1 + Math.floor((limits.READ_BURST - price) / (price - 0.1 * limits.READS_PER_S)));
});

Deno.test("requests of an address count as connections that come, and go", async () => {
  const clock = new FakeClock();
  await using server = start(clock);
  // Of a room in which nobody ever wrote there are fewer.
  await say(server, "rooms/tea?id=7", "hello");
  let key = 0;
  const [passed, { status, fields }] = await flood(() => {
    const { id, key: secret } = provenOf(`somebody ${++key}`);
    const headers = { authorization: `Bearer ${secret}`, "x-forwarded-for": "192.0.2.1" };
    return call(server, "GET", `rooms/tea?id=${id}`, { headers });
  });
  const burst = limits.ADDRESS_CONNECTS_PER_S * limits.ADDRESS_CONNECT_BURST_S;
  assertEquals([passed, status, fields.code], [burst, 429, "rate_limited"]);
  assertEquals(server.manager.stats.visitors, 0);
});
