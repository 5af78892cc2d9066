/** Whose pages may open sockets. @module */

import { behindProxies } from "../../chat/http/client_address.ts";
import { admitsOrigin } from "../../chat/http/origins.ts";
import { assertEquals } from "../lib/assert.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";

const OWN: [origin: string | null, host: string | null, admitted: boolean][] = [
  [null, "chat.example", true],
  ["https://chat.example", "chat.example", true],
  ["http://chat.example", "chat.example", true],
  ["https://chat.example", "CHAT.example:443", true],
  ["http://[::1]:8000", "[::1]:8000", true],
  ["http://localhost:8000", "localhost:8000", true],
  ["http://localhost:8000", "127.0.0.1:8000", false],
  ["http://localhost:8001", "localhost:8000", false],
  ["https://chat.example", "chat.example:80", false],
  ["http://chat.example", "chat.example:443", false],
  ["https://chat.example.evil.example", "chat.example", false],
  ["https://evil-chat.example", "chat.example", false],
  ["app://chat.example", "chat.example", false],
  ["ftp://chat.example", "chat.example", false],
  ["https://evil@chat.example", "chat.example", false],
  ["https://chat.example/page", "chat.example", false],
  ["null", "null", false],
  ["null", "chat.example", false],
  ["https://own", "chat.example", false],
  ["https://chat.example", null, false],
];

for (const [origin, host, admitted] of OWN) {
  Deno.test(`a page of ${origin} is ${admitted ? "" : "not "}the own page of ${host}`, () => {
    assertEquals(admitsOrigin(["own"], origin, host), admitted);
  });
}

Deno.test("an origin is admitted by its name, and by * any is", () => {
  const by = (allowed: string[]) =>
    ["null", "https://a.example", "app://desk"].map((it) => admitsOrigin(allowed, it, "h"));
  assertEquals(by(["null"]), [true, false, false]);
  assertEquals(by(["https://a.example", "app://desk"]), [false, true, true]);
  assertEquals(by(["*"]), [true, true, true]);
  assertEquals(by([]), [false, false, false]);
});

Deno.test("the host that a client asked for is told by the proxy that is trusted, and by nobody else", async () => {
  for (
    const [proxy, forwarded, status] of [
      ["127.0.0.1", "chat.example", 101],
      ["127.0.0.1", "evil.example, chat.example", 101],
      ["127.0.0.1", "chat.example, evil.example", 403],
      ["127.0.0.1", null, 403],
      ["10.0.0.1", "chat.example", 403],
    ] as const
  ) {
    await using server = startServer({ origins: ["own"], proxies: behindProxies([proxy]) });
    using peer = await RawPeer.connect(server.port);
    const headers = { Host: "upstream:8000", Origin: "https://chat.example", "X-Forwarded-Host": forwarded };
    await peer.write(upgradeHead("/ws/ada", headers));
    assertEquals([proxy, forwarded, (await peer.readResponse()).status], [proxy, forwarded, status]);
  }
});
