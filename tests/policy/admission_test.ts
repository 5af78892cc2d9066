/** Clients are let in: by a key, by the word of a proxy, or just so. @module */

import { type Access, Admission } from "../../chat/policy/admission.ts";
import type { Denial } from "../../chat/policy/may.ts";
import { Session } from "../../chat/policy/session.ts";
import { namedIn } from "../../chat/http/proxy_identity.ts";
import { behindProxies } from "../../chat/http/client_address.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { RawPeer, upgradeHead } from "../lib/raw_peer.ts";
import { startServer } from "../lib/server.ts";

const KEY = "4f1c9a52e07be1f0a3c4d5e6f7a8b9c0";
const KEYED = await idOfKey(KEY);

function admit(id: string, key?: string, access?: Access): ReturnType<Admission["admit"]> {
  return new Admission(access).admit(new Session(id, false), { key }, undefined);
}

Deno.test("an id of a key is for its key alone, and any other id for everybody", async () => {
  const codes = [KEY, `${KEY}0`, undefined].map((key) => admit(KEYED, key));
  codes.push(admit("ada", "x"));
  assertEquals((await Promise.all(codes)).map((denial) => denial?.code), [undefined, "bad_key", "bad_key", undefined]);
});

const SHORT_AND_LONG: [short: string, long: string][] = [
  ["1".repeat(38), "1".repeat(39)],
  ["0aF".repeat(10) + "1", "0aF".repeat(10) + "12"],
  ["z0".repeat(12), "z0".repeat(12) + "1"],
  ["Z-_".repeat(7), "Z-_".repeat(7) + "a"],
  ["secret", "a secret of many words"],
];

Deno.test("a key that is too short to have 128 random bits proves nothing", async () => {
  for (const [short, long] of SHORT_AND_LONG) {
    const [weak, strong] = await Promise.all([short, long].map(async (key) => admit(await idOfKey(key), key)));
    assertEquals([long, (weak as Denial | undefined)?.code, strong], [long, "bad_key", undefined]);
  }
});

const ADMITTED: [id: string, key: string | undefined, access: Access, code: string | undefined][] = [
  ["ada", undefined, "open", undefined],
  ["ada", undefined, "known", "needs_proof"],
  ["ada", undefined, "token", "needs_proof"],
  [KEYED, KEY, "open", undefined],
  [KEYED, KEY, "known", undefined],
  [KEYED, `${KEY}0`, "known", "bad_key"],
  [KEYED, KEY, "token", "needs_proof"],
  // Its secret is needed each time.
  ["b-ci", undefined, "open", "bad_token"],
  ["b-ci", KEY, "known", "bad_token"],
  // By the proxy's word: nobody else can connect under such an id.
  ["t-ada", undefined, "open", undefined],
  ["t-ada", undefined, "known", undefined],
  ["t-ada", undefined, "token", undefined],
];

Deno.test("ACCESS says whose ids are let in", async () => {
  for (const [id, key, access, code] of ADMITTED) {
    assertEquals([id, access, (await admit(id, key, access))?.code], [id, access, code]);
  }
});

Deno.test("where ids must be proven, plain clients are told so before they are connected", async () => {
  await using server = startServer({ admission: new Admission("known") });
  const { status, body } = await RawPeer.request(
    server.port,
    upgradeHead("/ws/42", { "Sec-WebSocket-Protocol": null }),
  );
  assertEquals([status, body.includes("proven")], [403, true]);
  await using ada = await ChatClient.keyed(server, KEY, "lobby");
  await ada.publish("lobby", "hi");
});

/** Behind a proxy at this address, which names people in Remote-User. */
const behind = (proxy: string, access: Access = "open") => ({
  proxies: behindProxies([proxy]),
  identify: namedIn("remote-user"),
  admission: new Admission(access),
});

const NAMED: [proxy: string, header: string | null, id: string][] = [
  ["127.0.0.1", "ada", "t-ada"],
  ["127.0.0.1", "José", "t-José"],
  // Its last byte in UTF-8 is that of a blank in Latin-1.
  ["127.0.0.1", "voilà", "t-voilà"],
  ["127.0.0.1", null, "42"],
  ["127.0.0.1", "", "42"],
  // It comes from somebody who is no proxy.
  ["10.0.0.1", "ada", "42"],
];

for (const [proxy, header, id] of NAMED) {
  Deno.test(`behind ${proxy} somebody whom a header calls ${header} is ${id}`, async () => {
    await using server = startServer(behind(proxy));
    using peer = await RawPeer.connect(server.port);
    await peer.write(upgradeHead("/ws/42", { "Remote-User": header, "Sec-WebSocket-Protocol": null }));
    assertEquals((await peer.readResponse()).status, 101);
    await peer.send("hi");
    assertEquals(await peer.readText(), `Client #${id} says: hi`);
  });
}

Deno.test("whom the proxy has not named is not let in where people must be known", async () => {
  await using server = startServer(behind("127.0.0.1", "token"));
  const ask = (user: string | null) => upgradeHead("/ws/42", { "Remote-User": user, "Sec-WebSocket-Protocol": null });
  assertEquals((await RawPeer.request(server.port, ask(null))).status, 403);
  using peer = await RawPeer.connect(server.port);
  await peer.write(ask("ada"));
  assertEquals((await peer.readResponse()).status, 101);
});

Deno.test("nobody can ask for the id of a person or a bot", async () => {
  await using server = startServer();
  for (const path of ["/ws/t-ada", "/ws/b-time", "/ws/%74-ada", "/ws/t%2Dada"]) {
    assertEquals([path, (await RawPeer.request(server.port, upgradeHead(path))).status], [path, 400]);
  }
});
