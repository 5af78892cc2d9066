/**
 * The cases for reading of `@durable-streams/server-conformance-tests` 0.3.6, under their own names, against a room's stream. Its program is not run as it is: it
 * creates streams of any type by `PUT` and appends bytes by `POST`, which is not offered here, and brings a test runner of 100 MB. So a case that reads
 * says here what it checks, on messages that were published; one that cannot be is listed with its reason.
 */

import { assert, assertEquals, assertGreater, assertMatch, assertNotEquals } from "../../lib/assert.ts";
import { stream } from "../../lib/durable_streams.ts";
import { FakeClock } from "../../lib/fake_clock.ts";
import { eventually } from "../../lib/patience.ts";
import { startServer, type TestServer } from "../../lib/server.ts";
import { StreamReader, streamUrl } from "../../lib/stream_reader.ts";
import { LONG_POLL_MS, TEXT_CHARACTERS } from "../../../chat/limits.ts";

/** Why a case is not here. */
const WRITES = "streams are not created, appended to, closed, forked or deleted by this protocol here";
const TYPES = "every stream is of application/json: there are no texts or bytes, so no base64";
const TTL = "a room has no expiry of its own; what retention removes is answered with 410";
const CHANGES =
  "entries are read as they are now, edited or deleted: no answer may be kept, so there is no ETag and no 304";
const IMPLICIT = "a room in which nobody ever wrote is an empty stream; 404 is for rooms that are hidden";

const NOT_HERE: Record<string, string> = {
  "Basic Stream Operations": WRITES,
  "Append Operations": WRITES,
  "TTL and Expiry Validation": TTL,
  "TTL and Expiry Edge Cases": TTL,
  "TTL Expiration Behavior": TTL,
  "Caching and ETag": CHANGES,
  "Idempotent Producer Operations": WRITES,
  "Stream Closure": WRITES,
  "Fork": WRITES,
  "Reserved subscription APIs": "webhooks and pull-wake are not offered here",
  "HTTP Protocol: PUT, POST, DELETE, seq": WRITES,
  "Case-Insensitivity: content types of PUT and POST": WRITES,
  "Content-Type Validation: append": WRITES,
  "Browser Security Headers: PUT, POST": WRITES,
  "HEAD Metadata Edge Cases": TTL,
  "should return empty body for offset=now on non-JSON streams": TYPES,
  "should handle binary data with integrity": TYPES,
  "should preserve data immutability by position": CHANGES,
  "SSE Mode: base64": TYPES,
  "SSE Mode: text/plain payloads": TYPES,
  "JSON Mode: PUT, POST, arrays": WRITES,
  "Property-Based Tests: bytes, writers, hashes": WRITES,
  "should return 404 for non-existent stream, in each mode": IMPLICIT,
};

const OFFSET = "stream-next-offset";
const UP_TO_DATE = "stream-up-to-date";
const CURSOR = "stream-cursor";

/** A room of its own for each case. */
class Stream {
  static readonly clock = new FakeClock();
  readonly #server: TestServer;
  readonly #room: string;

  constructor(server: TestServer, room: string) {
    this.#server = server;
    this.#room = room;
  }

  get url(): string {
    return streamUrl(this.#server, this.#room);
  }

  async append(...texts: string[]): Promise<void> {
    for (const text of texts) await this.#server.manager.broadcast(this.#room, "ada", text);
  }

  ask(query = "", init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${query}`, init);
  }

  /** Asks, and reads the texts. */
  async get(query = ""): Promise<{ status: number; headers: Headers; texts: string[]; next: string }> {
    const response = await this.ask(query);
    const body = await response.text();
    const texts = body === "" ? [] : JSON.parse(body).map(({ text }: { text: string }) => text);
    return { status: response.status, headers: response.headers, texts, next: response.headers.get(OFFSET) ?? "" };
  }

  /** Server-sent events, until the reader is up to date. */
  async sse(query: string): Promise<StreamReader> {
    await using reader = await StreamReader.ask(`${this.url}${query}&live=sse`);
    await reader.until(() => reader.places.at(-1)?.upToDate === true, "all there is");
    return reader;
  }

  /** Waits until somebody waits for what comes. */
  async untilPolled(): Promise<void> {
    await eventually(() => Stream.clock.timers > 0, "somebody who waits");
  }
}

const texts = (reader: StreamReader) => reader.entries.map((entry) => (entry as { text: string }).text);

const CASES: Record<string, Record<string, (room: Stream) => Promise<void>>> = {
  "Read Operations": {
    "should read empty stream": async (room) => assertEquals((await room.get()).texts, []),
    "should read stream with data": async (room) => {
      await room.append("hello");
      assertEquals((await room.get()).texts, ["hello"]);
    },
    "should read from offset": async (room) => {
      await room.append("one");
      const { next } = await room.get();
      await room.append("two", "three");
      assertEquals((await room.get(`?offset=${next}`)).texts, ["two", "three"]);
    },
  },
  "Long-Poll Operations": {
    "should wait for new data with long-poll": async (room) => {
      const { next } = await room.get();
      const waiting = room.get(`?offset=${next}&live=long-poll`);
      await room.untilPolled();
      await room.append("new data");
      assertEquals((await waiting).texts, ["new data"]);
    },
    "should return immediately if data already exists": async (room) => {
      await room.append("existing data");
      assertEquals((await room.get("?offset=-1&live=long-poll")).texts, ["existing data"]);
    },
  },
  "HTTP Protocol": {
    "should return correct headers on GET": async (room) => {
      await room.append("test data");
      const { status, headers } = await room.get();
      assertEquals([status, headers.get("content-type"), headers.get(UP_TO_DATE)], [200, "application/json", "true"]);
      assert(headers.get(OFFSET));
    },
    "should return empty body with up-to-date for empty stream": async (room) => {
      const { status, headers, texts } = await room.get("?offset=-1");
      assertEquals([status, texts, headers.get(UP_TO_DATE)], [200, [], "true"]);
    },
  },
  "Browser Security Headers": {
    "should include X-Content-Type-Options: nosniff on GET, HEAD, SSE, long-poll and error responses": async (room) => {
      await room.append("test data");
      for (const query of ["", "?offset=-1&live=sse", "?offset=-1&live=long-poll", "?offset="]) {
        const response = await room.ask(query);
        await response.body!.cancel();
        assertEquals(response.headers.get("x-content-type-options"), "nosniff", query);
      }
      assertEquals((await room.ask("", { method: "HEAD" })).headers.get("x-content-type-options"), "nosniff");
    },
    "should include Cross-Origin-Resource-Policy header on GET responses": async (room) => {
      assertMatch((await room.get()).headers.get("cross-origin-resource-policy")!, /^(same|cross)-(origin|site)$/);
    },
    "should include Cache-Control: no-store on HEAD responses": async (room) => {
      assertEquals((await room.ask("", { method: "HEAD" })).headers.get("cache-control"), "no-store");
    },
  },
  "Case-Insensitivity": {
    "should accept headers with different casing": async (room) => {
      await room.append("one", "two");
      const first = (await room.sse("?offset=now")).lastId!;
      await room.append("three");
      const response = await room.ask("?live=long-poll", { headers: { "LAST-event-ID": first } });
      assertEquals((await response.json()).length, 1);
    },
  },
  "Content-Type Validation": {
    "should return stream content-type on GET": async (room) => {
      assertEquals((await room.get()).headers.get("content-type"), "application/json");
    },
  },
  "HEAD Metadata": {
    "should return metadata without body": async (room) => {
      await room.append("test data");
      const response = await room.ask("", { method: "HEAD" });
      assertEquals([response.status, response.headers.get("content-type"), await response.text()], [
        200,
        "application/json",
        "",
      ]);
    },
    "should return tail offset": async (room) => {
      const offsets = [];
      for (const text of ["one", "two"]) {
        await room.append(text);
        offsets.push((await room.ask("", { method: "HEAD" })).headers.get(OFFSET)!);
      }
      assertNotEquals(offsets[0], offsets[1]);
      assertEquals((await room.get()).next, offsets[1]);
    },
  },
  "Offset Validation and Resumability": {
    "should return same data for offset=-1 and no offset": async (room) => {
      await room.append("test data");
      const [one, other] = [await room.get("?offset=-1"), await room.get()];
      assertEquals([one.texts, one.next], [other.texts, other.next]);
    },
    "should accept offset=now as sentinel for current tail position": async (room) => {
      await room.append("historical");
      const { status, texts, headers, next } = await room.get("?offset=now");
      assertEquals([status, texts, headers.get(UP_TO_DATE), headers.get("cache-control")], [
        200,
        [],
        "true",
        "no-store",
      ]);
      assertEquals(next, (await room.get()).next);
    },
    "should be able to resume from offset=now result": async (room) => {
      await room.append("old");
      const { next } = await room.get("?offset=now");
      await room.append("new");
      assertEquals((await room.get(`?offset=${next}`)).texts, ["new"]);
    },
    "should work with offset=now on empty stream": async (room) => {
      const { status, texts, headers, next } = await room.get("?offset=now");
      assertEquals([status, texts, headers.get(UP_TO_DATE)], [200, [], "true"]);
      assert(next !== "" && next !== "-1" && next !== "now");
    },
    "should return empty JSON array for offset=now on JSON streams": async (room) => {
      assertEquals(await (await room.ask("?offset=now")).text(), "[]");
    },
    "should support offset=now with long-poll mode (waits for data), on an empty stream too": async (room) => {
      const waiting = room.get("?offset=now&live=long-poll");
      await room.untilPolled();
      Stream.clock.advance(LONG_POLL_MS);
      const { status, headers, next } = await waiting;
      assertEquals([status, headers.get(UP_TO_DATE), next], [204, "true", (await room.get()).next]);
    },
    "should receive data with offset=now long-poll when appended": async (room) => {
      await room.append("historical");
      const waiting = room.get("?offset=now&live=long-poll");
      await room.untilPolled();
      await room.append("future");
      assertEquals((await waiting).texts, ["future"]);
    },
    "should support offset=now with SSE mode": async (room) => {
      await room.append("historical");
      const reader = await room.sse("?offset=now");
      assertEquals([texts(reader), reader.places[0]!.streamNextOffset], [[], (await room.get()).next]);
    },
    "should support offset=now with SSE on empty stream": async (room) => {
      assertEquals((await room.sse("?offset=now")).places[0]!.upToDate, true);
    },
    "should reject malformed offset (contains comma)": async (room) => {
      assertEquals((await room.ask("?offset=0,1").then(codeOf)).status, 400);
    },
    "should reject offset with spaces": async (room) => {
      assertEquals((await room.ask("?offset=0%201").then(codeOf)).status, 400);
    },
    "should support resumable reads (no duplicate data)": async (room) => {
      await room.append("chunk1");
      const first = await room.get();
      await room.append("chunk2");
      const second = await room.get(`?offset=${first.next}`);
      assertEquals([first.texts, second.texts], [["chunk1"], ["chunk2"]]);
    },
    "should return empty response when reading from tail offset": async (room) => {
      await room.append("test");
      const { next } = await room.get();
      const { texts, headers, next: still } = await room.get(`?offset=${next}`);
      assertEquals([texts, headers.get(UP_TO_DATE), still], [[], "true", next]);
    },
  },
  "Protocol Edge Cases": {
    "should generate unique, monotonically increasing offsets": async (room) => {
      const offsets: string[] = [];
      for (let n = 0; n < 12; n++) {
        await room.append(`chunk${n}`);
        offsets.push((await room.get()).next);
      }
      assertEquals(new Set(offsets).size, offsets.length);
      assertEquals(offsets, offsets.toSorted());
    },
    "should reject empty offset parameter": async (room) => {
      assertEquals((await room.ask("?offset=").then(codeOf)).status, 400);
    },
    "should reject multiple offset parameters": async (room) => {
      assertEquals((await room.ask("?offset=-1&offset=now").then(codeOf)).status, 400);
    },
    "should ignore unknown query parameters": async (room) => {
      await room.append("test data");
      assertEquals((await room.get("?offset=-1&foo=bar&baz=qux")).texts, ["test data"]);
    },
  },
  "Long-Poll Edge Cases": {
    "should require offset parameter for long-poll": async (room) => {
      assertEquals((await room.ask("?live=long-poll").then(codeOf)).status, 400);
    },
    "should generate Stream-Cursor header on long-poll responses": async (room) => {
      await room.append("test data");
      assertMatch((await room.get("?offset=-1&live=long-poll")).headers.get(CURSOR)!, /^\d+$/);
    },
    "should return immediately with Stream-Up-To-Date when data exists at offset": async (room) => {
      await room.append("existing data");
      const { status, texts, headers } = await room.get("?offset=-1&live=long-poll");
      assertEquals([status, texts, headers.get(UP_TO_DATE)], [200, ["existing data"], "true"]);
    },
    "should echo cursor and handle collision with jitter": async (room) => {
      await room.append("test data");
      const first = (await room.get("?offset=-1&live=long-poll")).headers.get(CURSOR)!;
      const { headers } = await room.get(`?offset=-1&live=long-poll&cursor=${first}`);
      assertGreater(Number(headers.get(CURSOR)), Number(first));
    },
    "should return Stream-Cursor, Stream-Up-To-Date and Stream-Next-Offset on 204 timeout": async (room) => {
      const { next } = await room.get();
      const waiting = room.get(`?offset=${next}&live=long-poll`);
      await room.untilPolled();
      Stream.clock.advance(LONG_POLL_MS);
      const { status, headers } = await waiting;
      assertEquals([status, headers.get(OFFSET), headers.get(UP_TO_DATE)], [204, next, "true"]);
      assertMatch(headers.get(CURSOR)!, /^\d+$/);
    },
  },
  "Chunking and Large Payloads": {
    "should handle chunk-size pagination correctly": async (room) => {
      const said = Array.from({ length: 60 }, (_, n) => `${n}`.padEnd(TEXT_CHARACTERS, "x"));
      await room.append(...said);
      const [read, offsets]: [string[], string[]] = [[], ["-1"]];
      for (let isUpToDate = false; !isUpToDate;) {
        const { texts, headers, next } = await room.get(`?offset=${offsets.at(-1)}`);
        read.push(...texts);
        assert(!offsets.includes(next));
        offsets.push(next);
        isUpToDate = headers.get(UP_TO_DATE) === "true";
      }
      assertEquals(read, said);
      assertGreater(offsets.length, 2);
    },
  },
  "Read-Your-Writes Consistency": {
    "should immediately read message after append": async (room) => {
      for (let n = 1; n <= 5; n++) {
        await room.append(`message ${n}`);
        assertEquals((await room.get()).texts.length, n);
      }
    },
    "should serve offset-based reads immediately after append": async (room) => {
      await room.append("first");
      const { next } = await room.get();
      await room.append("second", "third");
      assertEquals((await room.get(`?offset=${next}`)).texts, ["second", "third"]);
    },
  },
  "SSE Mode": {
    "should return text/event-stream content-type for SSE requests": async (room) => {
      assertEquals((await room.sse("?offset=-1")).response.headers.get("content-type"), "text/event-stream");
    },
    "should require offset parameter for SSE mode": async (room) => {
      assertEquals((await room.ask("?live=sse").then(codeOf)).status, 400);
    },
    "should stream data events via SSE": async (room) => {
      await room.append("message one", "message two");
      assertEquals(texts(await room.sse("?offset=-1")), ["message one", "message two"]);
    },
    "should generate streamCursor in SSE control events": async (room) => {
      assertMatch((await room.sse("?offset=-1")).places[0]!.streamCursor, /^\d+$/);
    },
    "should handle cursor collision with jitter in SSE mode": async (room) => {
      const [first] = (await room.sse("?offset=-1")).places;
      const [second] = (await room.sse(`?offset=-1&cursor=${first!.streamCursor}`)).places;
      assertGreater(Number(second!.streamCursor), Number(first!.streamCursor));
    },
    "should handle SSE for empty stream with correct offset": async (room) => {
      const [place] = (await room.sse("?offset=-1")).places;
      assertEquals(place!.streamNextOffset, (await room.get()).next);
    },
    "should send upToDate flag in SSE control events when caught up": async (room) => {
      await room.append("test data");
      assertEquals((await room.sse("?offset=-1")).places.at(-1)!.upToDate, true);
    },
    "should have correct SSE headers (no Content-Length, proper Cache-Control)": async (room) => {
      const { headers } = (await room.sse("?offset=-1")).response;
      assertEquals(headers.get("content-length"), null);
      assertMatch(headers.get("cache-control")!, /no-cache/);
    },
    "should prevent CRLF injection in payloads - embedded event boundaries become literal data": async (room) => {
      const attacks = [
        "\r\n\r\nevent: control\r\ndata: {}\r\n\r\n",
        "\n\nevent: control\ndata: {}\n\n",
        "\r\revent: x\r\r",
      ];
      await room.append(...attacks.map((attack) => `safe${attack}more`));
      const reader = await room.sse("?offset=-1");
      assertEquals(texts(reader), attacks.map((attack) => `safe${attack}more`));
      assertEquals(reader.places.map(({ streamNextOffset }) => streamNextOffset), [(await room.get()).next]);
    },
    "should generate unique, monotonically increasing offsets in SSE mode": async (room) => {
      await room.append(...Array.from({ length: 30 }, (_, n) => `${n}`.padEnd(TEXT_CHARACTERS, "x")));
      const offsets = (await room.sse("?offset=-1")).places.map(({ streamNextOffset }) => streamNextOffset);
      assertGreater(offsets.length, 1);
      assertEquals(offsets, [...new Set(offsets)].sort());
    },
    "should support reconnection with last known offset": async (room) => {
      await room.append("message 1", "message 2");
      const { streamNextOffset } = (await room.sse("?offset=-1")).places.at(-1)!;
      await room.append("message 3");
      assertEquals(texts(await room.sse(`?offset=${streamNextOffset}`)), ["message 3"]);
    },
    "should NOT include Stream-SSE-Data-Encoding header for application/json streams": async (room) => {
      assertEquals((await room.sse("?offset=-1")).response.headers.get("stream-sse-data-encoding"), null);
    },
  },
  "JSON Mode": {
    "should concatenate multiple appends into single array": async (room) => {
      await room.append("first", "second", "third");
      assertEquals((await room.get()).texts, ["first", "second", "third"]);
    },
    "should work with client json() iterator": async (room) => {
      await room.append("first", "second");
      const response = await stream<{ text: string }>({ url: room.url, offset: "-1", live: false });
      assertEquals((await response.json()).map(({ text }) => text), ["first", "second"]);
    },
  },
  "Property-Based Tests (fast-check)": {
    "concurrent readers see consistent data during writes": async (room) => {
      const said = Array.from({ length: 30 }, (_, n) => `text ${n}`);
      const writing = room.append(...said);
      while (true) {
        const { texts } = await room.get();
        assertEquals(texts, said.slice(0, texts.length));
        if (texts.length === said.length) break;
      }
      await writing;
    },
    "should reject offsets with invalid characters": async (room) => {
      for (const offset of ["a=b", "a?b", "a/b", "a&b", "%00", "\u{1F600}"]) {
        const { status } = await room.ask(`?offset=${encodeURIComponent(offset)}`).then(codeOf);
        assertEquals([offset, status], [offset, 400]);
      }
    },
  },
};

async function codeOf(response: Response): Promise<{ status: number; code: string }> {
  return { status: response.status, code: (await response.json()).code };
}

for (const [group, cases] of Object.entries(CASES)) {
  Deno.test(`Durable Streams: ${group}`, async (test) => {
    await using server = startServer({ guardClock: Stream.clock });
    for (const [index, [name, run]] of Object.entries(cases).entries()) {
      // The streams of the case before have a timer until the server knows that they are over.
      await eventually(() => Stream.clock.timers === 0, "the end of all readers");
      await test.step(name, () => run(new Stream(server, `case-${index}`)));
    }
  });
}

Deno.test("no case is both read here and left out", () => {
  const names = Object.values(CASES).flatMap((cases) => Object.keys(cases));
  assertEquals(names.filter((name) => name in NOT_HERE), []);
  assertEquals(Object.entries(NOT_HERE).filter(([, reason]) => reason.length < 20), []);
});
