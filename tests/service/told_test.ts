/** The operator is told of clients that come, that go and that are turned away. @module */

import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { type LogLine, ServiceProcess } from "../lib/process.ts";
import { Folder } from "../stores/in_folder.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";

Deno.test("clients that come and go are logged, with what belongs together", async () => {
  await using service = await ServiceProcess.start();
  const ada = await ChatClient.open(service, "ada");
  await ada.close(1000);
  await using _bob = await PlainClient.open(service, "José");
  await eventually(
    () => service.told("connect").length === 2 && service.told("disconnect").length === 1,
    "the lines",
  );
  const [came, bobCame] = service.told("connect") as [LogLine, LogLine];
  const [went] = service.told("disconnect") as [LogLine];
  assertEquals([came.id, came.dialect, bobCame.id, bobCame.dialect], ["ada", "chat.v1", "José", "plain"]);
  assertEquals([went.session, went.address, went.code], [came.session, came.address, 1000]);
  assert(/^127\.0\.0\.1:\d+$/.test(String(came.address)), `${came.address}: IPv4 is told as such`);
});

Deno.test("the upgrade of a store is told by a line of its own, and is no trouble", async () => {
  await using folder = new Folder();
  await Deno.copyFile(new URL("../stores/sqlite/format_12.db", import.meta.url), folder.file);
  await using service = await ServiceProcess.start({ args: ["--port", "0", "--chat-store", `sqlite:${folder.file}`] });
  const [line, ...more] = service.told("upgrade");
  assert(
    /from format 12 into format \d+: earlier versions cannot open it/.test(String(line?.message)),
    line?.message as string,
  );
  assertEquals(more, []);
  assert(!service.told("trouble").some(({ message }) => String(message).includes("format")));
});

Deno.test("a connection that breaks is told with 1006", async () => {
  await using service = await ServiceProcess.start();
  for (const id of ["one", "two"]) (await RawPeer.open(service.port, `/ws/${id}`))[Symbol.dispose]();
  await eventually(() => service.told("disconnect").length === 2, "both to be gone");
  assertEquals(service.told("disconnect").map(({ code }) => code), [1006, 1006]);
});

Deno.test("a socket that is refused is told and counted, with the reason that its sender was given and without secrets", async () => {
  await using service = await ServiceProcess.start({
    args: ["--port", "0", "--chat-store", "memory:", "--metrics", "on", "--origins", "https://chat.example"],
  });
  const refused = [
    ["/ws/42?room=My%20Room&token=secret", { "Sec-WebSocket-Protocol": null }, 400],
    ["/ws/42", { "Sec-WebSocket-Protocol": "graphql-ws" }, 400],
    ["/ws/42", { Origin: "https://evil.example" }, 403],
    ["/socket.io/?EIO=4", {}, 404],
    ["/ws/42", { Upgrade: null }, 426],
  ] as const;
  const reasons = [];
  for (const [path, headers, status] of refused) {
    const response = await RawPeer.request(service.port, upgradeHead(path, headers));
    assertEquals(response.status, status);
    reasons.push(response.body.trim());
  }
  await eventually(() => service.told("refused").length === refused.length, "the lines");
  const lines = service.told("refused");
  assertEquals(lines.map(({ status }) => status), refused.map(([, , status]) => status));
  assertEquals(lines.map(({ reason }) => reason), reasons);
  assertEquals([lines[0]!.path, lines[2]!.origin, lines[3]!.path], ["/ws/42", "https://evil.example", "/socket.io/"]);
  assert(!JSON.stringify(service.log).includes("secret"));
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  assertEquals(/^switchboard_refused_total (\d+)$/m.exec(metrics)![1], `${refused.length}`);
  // Asking for a page is not asking for a socket.
  await (await fetch(`${service.url}/static/nothing`)).body?.cancel();
  await (await fetch(`${service.url}/`, { method: "POST" })).body?.cancel();
  assertEquals(service.told("refused").length, refused.length);
});

Deno.test("a flood of refusals is no flood of lines, and the end says how many there were", async () => {
  await using service = await ServiceProcess.start();
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      Array.from({ length: 50 }, () => RawPeer.request(service.port, upgradeHead("/ws/42?room=_", {}))),
    );
  }
  assertEquals(await service.stop(), 0);
  const lines = service.told("refused");
  assertLess(lines.length, 100);
  const counted = lines.reduce((sum, { more }) => sum + Number(more ?? 1), 0);
  assertEquals(counted, 500);
});

Deno.test("behind a proxy that TRUST_PROXY names, the client's address is told; from anybody else it is not believed", async () => {
  for (const [trusted, expected] of [["127.0.0.0/8", "203.0.113.9"], ["10.0.0.1", "127.0.0.1"], ["", "127.0.0.1"]]) {
    await using service = await ServiceProcess.start({ env: { TRUST_PROXY: trusted! } });
    using _peer = await RawPeer.connect(service.port);
    const head = upgradeHead("/ws/42", { "X-Forwarded-For": "198.51.100.7, 203.0.113.9" });
    await _peer.write(head);
    assertEquals((await _peer.readResponse()).status, 101);
    assertEquals(String((await service.event("connect")).address).replace(/:\d+$/, ""), expected);
  }
});
