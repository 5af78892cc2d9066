/** What a room has been made by its changes, in whatever order a process learns of them. @module */

import type { StoredRoomChange } from "../../chat/event/event.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { HeldLog } from "../lib/held_log.ts";
import { stateAt } from "../lib/messages.ts";
import { eventually } from "../lib/patience.ts";
import { startServer } from "../lib/server.ts";

const owner = { id: "ada", name: "Ada", ts: 1 };

Deno.test("a private room stays so for a process that is told of a later change before it has read the earlier ones", async () => {
  const made: StoredRoomChange = { ...owner, seq: 1, kind: "settings", set: { visibility: "private" }, owner: "ada" };
  const later: StoredRoomChange = { ...owner, seq: 2, kind: "settings", set: { title: "Tea" } };
  const log = new HeldLog({ ...stateAt("one", 1), policy: 1, messageCount: 0 });
  log.answer = { ...stateAt("one", 2), policy: 2, events: [], passed: 0 };
  log.changes = [made, later];
  const { promise, resolve } = Promise.withResolvers<void>();
  log.known = promise;
  await using server = startServer({ log });
  await using eve = await ChatClient.open(server, "eve");
  const denied = eve.ask({ type: "join", room: "tea" }, "error");
  await eventually(() => log.learning > 0, "the room to ask what it was made by");
  log.tail.batch([later]);
  resolve();
  assertEquals((await denied).code, "no_access");
});
