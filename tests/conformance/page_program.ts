/** The client as the page uses it, with the face of the one for programs. @module */

import { Client as PageClient } from "../../static/client/client.js";
import type { ChatEvent, Stored } from "../../static/client/connect.d.ts";
import type { Entry } from "../../static/client/entries.js";
import { EventQueue } from "../../static/client/event_queue.js";
import { KEEPING } from "../../static/client/keeping.js";
import type { RoomEvent } from "../../static/client/lines.js";
import { programWorld } from "../../static/client/program_world.js";
import type { Item, Room } from "../../static/client/room.js";
import { RefusedError } from "../../static/client/sending.js";
import type { Client } from "./client_cases.ts";

/** The page shows few events at a time, and never asks them to wait. */
const MOST = 10_000;
const CHANGES: unknown[] = ["edit", "delete", "react"];

export class PageProgram implements Client {
  readonly #client: PageClient;
  readonly #events = new EventQueue<ChatEvent>(MOST, () => {}, () => {});
  readonly #waiting = new Map<Entry, PromiseWithResolvers<Stored>>();

  constructor(url: string, key: string, id: string) {
    const nothing = () => {};
    this.#client = new PageClient(programWorld({}), {
      keeper: KEEPING,
      url: () => `${url}/ws/${id}`,
      hello: () => ({ name: "Me", key }),
      on: {
        state: nothing,
        welcome: nothing,
        refused: nothing,
        began: nothing,
        joined: nothing,
        reset: nothing,
        people: nothing,
        joinRefused: nothing,
        gap: (_, missed) => this.#events.push({ type: "gap", missed } as ChatEvent),
        received: (room, item) => this.#received(room, item),
        changed: (room, event) => this.#changed(room, event),
        stored: (entry) => this.#settle(entry, String(entry.epoch), Number(entry.seq)),
        unsent: (room) => queueMicrotask(() => this.#fail(room)),
      },
    });
    this.#client.unsent.author = { id, name: "Me" };
    this.#client.unsent.start();
    this.#client.link.start();
  }

  room(
    name: string,
    { after }: { after?: "start" | "now" | { epoch: string; seq: number } } = {},
  ): ReturnType<Client["room"]> {
    this.#client.rooms.open(name, typeof after === "object" ? after : undefined);
    return {
      [Symbol.asyncIterator]: () => ({ next: () => this.#next() }),
      send: (text) => {
        const waiting = Promise.withResolvers<Stored>();
        this.#waiting.set(this.#client.unsent.add(name, { text }), waiting);
        return waiting.promise;
      },
    };
  }

  wake(): void {
    this.#client.link.wake();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    this.#events.end();
    return Promise.resolve();
  }

  async #next(): Promise<IteratorResult<ChatEvent, undefined>> {
    const value = await this.#events.take();
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  #received(room: Room, item: Item): void {
    const event = item.unknown === undefined ? { ...item, type: "message" } : { ...item.unknown, type: "change" };
    for (const entry of this.#waiting.keys()) if (entry.nonce === item.nonce) this.#settle(entry, room.epoch, item.seq);
    this.#events.push({ ...event, epoch: room.epoch } as unknown as ChatEvent);
  }

  #changed(room: Room, event: RoomEvent): void {
    if (CHANGES.includes(event.kind)) this.#events.push({ ...event, type: "change", epoch: room.epoch } as ChatEvent);
  }

  #settle(entry: Entry, epoch: string, seq: number): void {
    this.#waiting.get(entry)?.resolve({ epoch, seq });
    this.#waiting.delete(entry);
  }

  #fail(room: string): void {
    for (const entry of this.#client.unsent.of(room)) {
      if (entry.state !== "failed") continue;
      this.#client.unsent.remove(entry);
      this.#waiting.get(entry)?.reject(new RefusedError(String(entry.code), String(entry.reason)));
      this.#waiting.delete(entry);
    }
  }
}
