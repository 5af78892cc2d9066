/**
 * A client for programs that reads its rooms a second time, as streams over HTTP, on the same bad network. Each stream goes on where it broke: it has to
 * bring every event once, in order, until it is told that what follows its place is not kept.
 *
 * @module
 */

import { StreamReader, streamUrl } from "../../lib/stream_reader.ts";
import { PackageClient } from "../client/package_client.ts";
import type { Position } from "../judge/evidence.ts";
import type { Identity } from "../client/world.ts";
import type { RealWorld } from "./world.ts";

/** Where a stream has read to. */
interface Read {
  /** What it asks for next. */
  offset: string;
  position?: Position;
}

export class StreamClient extends PackageClient {
  readonly #world: RealWorld;
  readonly #streams = new Map<string, Read>();
  readonly #open = new Set<StreamReader>();
  #isOver = false;

  constructor(identity: Identity, world: RealWorld) {
    super(identity, world);
    this.#world = world;
  }

  override start(): void {
    super.start();
    const reading = Promise.all(this.rooms.map((room) => this.#follow(room)));
    this.#world.owned.defer(async () => void await reading);
  }

  override stop(): void {
    super.stop();
    this.#isOver = true;
    for (const reader of this.#open) reader.close();
  }

  override unfinished(head: (room: string) => Position): string[] {
    const lacks = this.rooms.flatMap((room) => {
      const { epoch, seq } = head(room);
      const { position } = this.#streams.get(room)!;
      if (position?.epoch === epoch && position.seq === seq) return [];
      return [`its HTTP stream has ${position?.seq} (${position?.epoch}) of ${room}, which is at ${seq} (${epoch})`];
    });
    return [...super.unfinished(head), ...lacks];
  }

  async #follow(room: string): Promise<void> {
    const stream: Read = { offset: "-1" };
    this.#streams.set(room, stream);
    while (!this.#isOver) {
      await this.#readOn(room, stream).catch((error) => {
        // What follows its place is gone: it begins again.
        if (/^Refused: 410/.test(error.message)) Object.assign(stream, { offset: "-1", position: undefined });
      });
      await new Promise<void>((resolve) => setTimeout(resolve, this.#world.patience.firstWaitMs));
    }
  }

  async #readOn(room: string, stream: Read): Promise<void> {
    const query = { live: "sse", offset: stream.offset };
    await using reader = await StreamReader.ask(streamUrl(`http://127.0.0.1:${this.#world.port}`, room, query));
    this.#open.add(reader);
    if (this.#isOver) return;
    let taken = 0;
    await reader.until(() => {
      for (; taken < reader.entries.length; taken++) this.#take(room, stream, reader, reader.entries[taken]!.seq);
      if (reader.lastId !== undefined) stream.offset = reader.lastId;
      return this.#isOver;
    }, "the end of the run").finally(() => this.#open.delete(reader));
  }

  #take(room: string, stream: Read, { lastId }: StreamReader, seq: number): void {
    const epoch = lastId!.split(":")[0]!;
    const before = stream.position;
    stream.position = { epoch, seq };
    if (before === undefined || before.epoch === epoch && seq === before.seq + 1) return;
    const what = `its HTTP stream brought ${seq} (${epoch}) of ${room} after ${before.seq} (${before.epoch})`;
    this.log.events.push({ at: this.#world.now(), type: "wrong", promise: 2, what });
  }
}
