/** People who are connected: found by ids that are proven, and forgotten with the connection. @module */

import { Clients } from "../../chat/room/clients.ts";
import type { Recipient } from "../../chat/room/membership.ts";
import { Session } from "../../chat/policy/session.ts";
import { assertEquals } from "../lib/assert.ts";

const client = (id: string, closed = false) => ({ session: new Session(id, true), closed }) as Recipient;

Deno.test("somebody is found on each connection for as long as that lasts", () => {
  const clients = new Clients();
  const [desk, phone, other] = [client("k-ada"), client("k-ada"), client("k-bob")];
  for (const each of [desk, phone, other]) clients.add(each);
  assertEquals([...clients.of("k-ada")], [desk, phone]);
  clients.remove(desk);
  assertEquals([...clients.of("k-ada")], [phone]);
  for (const each of [phone, phone, desk]) clients.remove(each);
  assertEquals(["k-ada", "k-bob", "k-eve"].map((id) => clients.has(id)), [false, true, false]);
});

Deno.test("nobody is found by an id that anybody may use, nor a connection that ended before its key was checked", () => {
  const clients = new Clients();
  clients.add(client("42"));
  clients.add(client("k-ada", true));
  assertEquals(["42", "k-ada"].map((id) => clients.has(id)), [false, false]);
});
