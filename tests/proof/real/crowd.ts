/**
 * The clients of a run: who they are, what they do while a storm blows, and what they still lack.
 *
 * @module
 */

import type { Random } from "../../lib/random.ts";
import { ChatClient } from "../client/chat_client.ts";
import { idOf, provenOf } from "../client/ids.ts";
import { PackageClient } from "../client/package_client.ts";
import { PageClient } from "../client/page_client.ts";
import { PlainClient } from "../client/plain_client.ts";
import { PythonClient } from "./python_client.ts";
import type { Act, Identity, Participant } from "../client/world.ts";
import { Link } from "./link.ts";
import { StreamClient } from "./stream_client.ts";
import { RealWorld } from "./world.ts";

export const ROOMS = ["lobby", "harbour", "tower"];
/** Commands that a client may have under way, in all its rooms; and how many wait for an answer in one room at most. */
const WINDOW = 16;
const WAITING = 8;
/** What only somebody at a screen does, or suffers. */
const SCREEN = ["reload", "leave", "ask history", "miss a message", "get a message twice"] as const;
/** What people do to messages: mostly they react. */
const CHANGES = [
  "react",
  "react",
  "react",
  "edit",
  "edit",
  "reply",
  "reply",
  "delete",
  "change before it is acknowledged",
] as const;
/** How often a client writes, on the average, in milliseconds. */
const CHAT_MS = 500;
const PLAIN_MS = 1_500;

/** Our own clients. The one for Python, and one that reads streams over HTTP besides, take part if they are asked for. */
export const OURS = { page: PageClient, package: PackageClient, python: PythonClient, stream: StreamClient } as const;

export class Crowd {
  readonly clients: Participant[] = [];
  /** The network of each. */
  readonly links: { name: string; link: Link }[] = [];
  talking = false;
  readonly #worlds: RealWorld[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #random: Random;
  readonly #now: () => number;
  readonly #port: (random: Random) => number;

  /** @param now the time, in milliseconds, for their logs @param port draws the port of a server; 0 where none listens */
  constructor(random: Random, now: () => number, port: (random: Random) => number) {
    this.#random = random;
    this.#now = now;
    this.#port = port;
  }

  /**
   * Connects so many clients of `chat.v1`, and a plain one for every four of them. Every third is ours, by turns that of the page and that of programs, or of the
   * kind that is given. Of the others one in eight does not know changes, and one in eight has an id that it cannot prove.
   */
  admit(count: number, ours?: keyof typeof OURS): void {
    for (let index = 0; index < count; index++) {
      const rooms = ROOMS.filter((_, room) => (index + room) % 3 > 0 || room === 0);
      const Ours = OURS[ours ?? (index % 2 === 0 ? "page" : "package")];
      const Kind = index % 3 === 2 ? Ours : ChatClient;
      this.#admit(Kind, `c${index + 1}`, rooms, CHAT_MS, { changes: index % 8 !== 4, isProven: index % 8 !== 7 });
    }
    for (let index = 0; index < Math.ceil(count / 4); index++) {
      const rooms = [ROOMS[index % ROOMS.length]!];
      this.#admit(PlainClient, `p${index + 1}`, rooms, PLAIN_MS, { changes: false, isProven: false });
    }
  }

  /** Has everybody do something in each of their rooms. */
  letAll(act: Omit<Act, "room">): void {
    for (const client of this.clients) for (const room of client.rooms) client.act({ ...act, room });
  }

  /** What anybody still lacks. */
  lacks(): string[] {
    // Where clients are in different lives of the store, one of them is not where the room is.
    const furthest = (room: string) => {
      const positions = this.clients.flatMap((client) => client.position(room) ?? []);
      return { epoch: positions[0]?.epoch ?? "", seq: Math.max(...positions.map(({ seq }) => seq)) };
    };
    return this.clients.flatMap((client) => client.unfinished(furthest).map((lack) => `${client.log.name}: ${lack}`));
  }

  async end(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const client of this.clients) client.stop();
    await Promise.all(this.#worlds.map((world) => world.end()));
  }

  #admit(
    Kind: new (identity: Identity, world: RealWorld) => Participant,
    name: string,
    rooms: string[],
    meanMs: number,
    { changes, isProven }: { changes: boolean; isProven: boolean },
  ): void {
    const random = this.#random.fork(name);
    const { id, key = undefined } = isProven || Kind !== ChatClient && Kind !== PlainClient
      ? provenOf(name)
      : { id: idOf(name) };
    const link = new Link(() => this.#port(random), random.fork("link"));
    const protocols = Kind === PlainClient ? [] : ["chat.v1"];
    const world = new RealWorld(link, `/ws/${encodeURIComponent(id)}?room=${rooms[0]}`, protocols, random, this.#now);
    const client = new Kind({ name: idOf(name), id, key, changes, rooms, window: WINDOW }, world);
    this.links.push({ name: client.log.name, link });
    this.#worlds.push(world);
    this.clients.push(client);
    client.start();
    this.#talk(client, random, meanMs);
  }

  /** Makes somebody write from time to time. */
  #talk(client: Participant, random: Random, meanMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.talking) this.#write(client, random);
      this.#talk(client, random, meanMs);
    }, random.between(0.2, 1.8) * meanMs);
    this.#timers.add(timer);
  }

  #write(client: Participant, random: Random): void {
    const room = random.pick(client.rooms);
    if (random.chance(0.05)) client.act({ type: "reuse nonce", room });
    if (random.chance(0.02)) client.act({ type: "meddle", room });
    if (random.chance(0.15)) client.act({ type: random.pick(SCREEN), room });
    if (random.chance(0.05)) client.act({ type: "ask who reacted", room });
    const count = random.chance(0.2) ? random.int(2, 6) : 1;
    for (let index = 0; index < count && client.waiting(room) < WAITING; index++) {
      // Somebody at a screen comes back to a room before writing in it.
      client.act({ type: "come back", room });
      const type = random.chance(0.35) ? "say" : random.pick(CHANGES);
      client.act({ type, room, filling: random.chance(0.03) ? " —🙂".repeat(random.int(100, 1_200)) : "" });
    }
  }
}
