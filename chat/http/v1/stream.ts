/**
 * Reading a room as a stream, from any place on: `GET /v1/stream/rooms/ROOM`, by the Durable Streams protocol, which `chat/protocol.md` has as far as
 * it is served. Each reader is a connection, with the rules and bounds of one.
 *
 * @module
 */

import { type Clock, every, systemClock } from "../../base/clock.ts";
import type { Live } from "../../dialect/dialect.ts";
import { type Control, openingEvent, retryField } from "../../dialect/stream_text.ts";
import { LONG_POLL_MS, STREAM_ALIVE_MS, STREAM_BEATS, STREAM_CHUNK_BYTES, STREAM_RETRY_MS } from "../../limits.ts";
import type { Push, Reply } from "../../wire/lines.ts";
import { type Beginning, offsetOf, readOffset } from "../../wire/offset.ts";
import { Refused } from "../../socket/visitor.ts";
import { ROOM_PATTERN } from "../../wire/names.ts";
import { type Asked, type HttpOptions, HttpRefusal } from "../options.ts";
import { overloaded, takeShare } from "../share.ts";
import type { RouteAsked } from "./route.ts";
import { takeTicket } from "./tickets.ts";
import { readWho } from "./who.ts";
import { cursorAfter } from "./stream_cursor.ts";
import { StreamSocket } from "./stream_socket.ts";

type Line<T extends (Reply | Push)["type"]> = Extract<Reply | Push, { type: T }>;

/** The first that a reader is told. */
type Verdict = Line<"ok"> | Line<"reset"> | Line<"error">;

interface Wanted {
  from: Beginning;
  live?: Live;
}

const utf8 = new TextDecoder();

export async function readStream(asked: RouteAsked, options: HttpOptions): Promise<Response> {
  const { manager, clock = systemClock } = options;
  const { room } = asked.params;
  if (!ROOM_PATTERN.test(room!)) throw new HttpRefusal(400, "A room must be 1 to 64 of the characters a-z, 0-9 and -");
  const wanted = asked.method === "HEAD" ? { from: "now" as const } : wantedBy(asked);
  takeShare(asked, manager);
  const { id, ...proof } = takeTicket(asked, options) ?? readWho(asked, options);
  const cursor = cursorAfter(asked.url.searchParams.get("cursor"), clock.now());
  const socket = new StreamSocket();
  const peer = { id, dialect: "stream", address: asked.address, asked: { ...wanted, ...proof, cursor } } as const;
  manager.connect(socket, peer, room!);
  const verdict = await verdictFrom(socket);
  if (verdict.type !== "ok") {
    socket.leave();
    throw verdict.type === "error" ? new Refused(verdict) : gone();
  }
  const control = controlOf(verdict, cursor);
  if (wanted.live === "sse") return streamed(socket, control, clock);
  const cancel = clock.after(LONG_POLL_MS, () => socket.leave());
  const page = verdict.more || wanted.live !== undefined ? await socket.take() : undefined;
  cancel();
  socket.leave();
  return paged(page, control, wanted.live);
}

function gone(): HttpRefusal {
  const message =
    "What follows that offset is not kept, or was another store's: begin again, with offset=-1 or offset=now";
  return new HttpRefusal(410, message, {}, { code: "gone" });
}

/** @throws {HttpRefusal} if it cannot be read */
function wantedBy({ url: { searchParams }, headers }: Asked): Wanted {
  const live = searchParams.get("live") ?? undefined;
  if (live !== undefined && live !== "sse" && live !== "long-poll") {
    throw new HttpRefusal(400, "?live= must be sse or long-poll, or left out");
  }
  const offsets = searchParams.getAll("offset");
  // A browser that comes back repeats what it asked for first, and says besides what it has.
  const offset = headers.get("last-event-id") ?? offsets[0];
  if (offset === undefined && live !== undefined) {
    throw new HttpRefusal(400, "With ?live= there must be ?offset=: -1 for all that is kept, now for what comes");
  }
  const from = offsets.length > 1 ? undefined : readOffset(offset ?? "-1");
  if (from === undefined) throw new HttpRefusal(400, "?offset= must be an offset from here, -1 or now, and there once");
  return { from, live };
}

async function verdictFrom(socket: StreamSocket): Promise<Verdict> {
  const bytes = await socket.take();
  if (bytes === undefined) throw overloaded();
  return JSON.parse(utf8.decode(bytes));
}

function controlOf({ epoch, seq, below, more }: Line<"ok">, streamCursor: string): Control {
  return {
    streamNextOffset: offsetOf({ epoch: epoch!, seq: seq!, below }),
    streamCursor,
    upToDate: more ? undefined : true,
  };
}

function headersOf({ streamNextOffset, streamCursor, upToDate }: Control): Headers {
  const headers = new Headers({
    // What was read may be edited or deleted meanwhile: nobody is to keep it.
    "cache-control": "no-store",
    "stream-next-offset": streamNextOffset,
    "stream-cursor": streamCursor,
  });
  if (upToDate) headers.set("stream-up-to-date", "true");
  return headers;
}

/** @param page a line with the reader's place behind it, and the entries; nothing if there are none */
function paged(page: Uint8Array<ArrayBuffer> | undefined, control: Control, live: Live | undefined): Response {
  if (page === undefined) {
    const headers = headersOf(control);
    if (live !== undefined) return new Response(null, { status: 204, headers });
    headers.set("content-type", "application/json");
    return new Response("[]", { headers });
  }
  const end = page.indexOf(0x0a);
  const headers = headersOf(JSON.parse(utf8.decode(page.subarray(0, end))));
  headers.set("content-type", "application/json");
  return new Response(page.subarray(end + 1), { headers });
}

function streamed(socket: StreamSocket, control: Control, clock: Clock): Response {
  // A reader that is not up to date is told of its place behind what it is sent first.
  const text = retryField(STREAM_RETRY_MS * (1 - Math.random() / 2)) + (control.upToDate ? openingEvent(control) : "");
  const opening = [new TextEncoder().encode(text)];
  let beats = 0;
  const cancel = every(clock, STREAM_ALIVE_MS * (1 - Math.random() / 5), () => {
    // What waits says as much, or is not read.
    if (socket.bufferedAmount > 0) return;
    if (++beats < STREAM_BEATS) socket.send(":\n\n");
    else socket.leave();
  });
  socket.ended.then(cancel);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const bytes = opening.shift() ?? await socket.take(STREAM_CHUNK_BYTES);
      if (bytes === undefined) controller.close();
      else controller.enqueue(bytes);
    },
    cancel: () => socket.leave(),
  }, { highWaterMark: 0 });
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-cache",
    // nginx would gather some of it first.
    "x-accel-buffering": "no",
  };
  return new Response(body, { headers });
}
