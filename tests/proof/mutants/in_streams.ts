/** Bugs in reading a room as a stream, over HTTP. @module */

import { inTest, type Mutant } from "./mutant.ts";

const STREAMS = "tests/http/v1/stream_test.ts";
const READERS = "tests/http/v1/stream_readers_test.ts";
const SLOW = "tests/http/v1/stream_slow_test.ts";
const FOLLOWING = "chat/room/following.ts";

export const IN_STREAMS: readonly Mutant[] = [
  inTest(STREAMS, "in one run", "an event's offset is that of the entry before its last one", [
    "chat/dialect/stream_text.ts",
    "`id: ${offsetOf(behind)}",
    "`id: ${offsetOf({ ...behind, seq: behind.seq - 1 })}",
  ]),
  inTest(READERS, "sent out ends behind that", "nobody looks at those who only read when somebody is sent out", [
    "chat/room/room.ts",
    `memberships: () => this.#memberships.values(),`,
    `memberships: () => [...this.#memberships.values()].filter((one) => !one.connection.outbox.dialect.isUnseen),`,
  ]),
  inTest(READERS, "of a room that is hidden", "a newcomer reads a stream from before its place", [
    "chat/room/room.ts",
    `(log) => readFrom(log, this.name, from)`,
    `() => readFrom(this.#log, this.name, from)`,
  ]),
  inTest(READERS, "opens one stream", "a ticket opens as many streams as one likes", [
    "chat/http/v1/tickets.ts",
    `  tickets?.delete(asked);`,
    ``,
  ]),
  inTest(SLOW, "stops reading is ended", "what waits for a stream's reader is not counted", [
    "chat/http/v1/stream_socket.ts",
    `    this.bufferedAmount += bytes.length;`,
    ``,
  ]),
  inTest(SLOW, "until it asks for more", "what a reader was given counts as gone out", [
    "chat/http/v1/stream_socket.ts",
    `    this.#taken = bytes.length;`,
    `    this.bufferedAmount -= bytes.length;`,
  ]),
  inTest(
    "tests/outbox/slow_reader_test.ts",
    "though the socket stays",
    "what a cut stream had waiting counts for as long as its peer likes",
    [
      "chat/outbox/outbox.ts",
      `socket.terminate?.();
    this.#forget();`,
      `socket.terminate?.();`,
    ],
  ),
  inTest(STREAMS, "cannot be read on is gone", "an offset of another store's life is read on from", [
    FOLLOWING,
    `const isKept = place.epoch === epoch && `,
    `const isKept = `,
  ]),
  inTest(STREAMS, "below where every change is kept", "a reader reads on where not every change is kept", [
    FOLLOWING,
    ` && place.seq >= floor && `,
    ` && `,
  ], [
    FOLLOWING,
    `!isWhole(page, place.seq, PAGE_MESSAGES)`,
    `!isWhole(page, Math.max(place.seq, floor), PAGE_MESSAGES)`,
  ]),
  inTest(STREAMS, "entries are missing", "a reader is sent what is behind a hole in the store", [
    FOLLOWING,
    `if (!isKept || !isWhole(page, place.seq, PAGE_MESSAGES)) return`,
    `if (!isKept) return`,
  ]),
  inTest(READERS, "of those who only read it", "a room's members are told of those who only read it", [
    "chat/dialect/stream.ts",
    `isUnseen: true,`,
    `isUnseen: false,`,
  ]),
];
