/** The end of a socket's way out. @module */

import { CloseCode } from "../../chat/wire/close.ts";
import { assertEquals } from "../lib/assert.ts";
import { FakeClock } from "../lib/fake_clock.ts";
import { FakeSocket } from "../lib/fake_socket.ts";
import { outboxOf } from "../lib/reader.ts";

Deno.test("of a socket that has closed nothing is planned any more", () => {
  const clock = new FakeClock();
  const outbox = outboxOf(new FakeSocket(), clock);
  outbox.release();
  outbox.end(CloseCode.tooFast);
  assertEquals(clock.timers, 0);
});

Deno.test("a peer that does not answer the close is given up", () => {
  const clock = new FakeClock();
  const socket = new FakeSocket();
  const outbox = outboxOf(socket, clock);
  outbox.end(CloseCode.tooFast);
  assertEquals(clock.timers, 1);
  outbox.release();
  assertEquals(clock.timers, 0);
});
