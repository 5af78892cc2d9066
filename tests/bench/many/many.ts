/**
 * Many processes on one PostgreSQL: what they tell each other, and what that costs.
 *
 * The PostgreSQL is real, and so is the clock: what is measured is its own work for a notice and that of the library which hears it, of which a
 * stand-in would say nothing. The processes are whole but for their network, and share this program's one thread. So what is told of times has their waiting
 * for each other in it, and on machines of their own they are quicker.
 *
 * @module
 */

import type { Clock } from "../../../chat/base/clock.ts";
import { Waiters } from "../../lib/patience.ts";
import type { Database, Postgres } from "../../lib/postgres.ts";
import { ChatProcess, type Member } from "./chat_process.ts";
import { Ear } from "./ear.ts";

/** Of the processes that hold any. */
const LEASES = `SELECT holder, room, id, leases.xmin FROM switchboard.leases JOIN switchboard.holders USING (holder)
  WHERE holders.until > now() ORDER BY holder, room, id`;

export interface ManySpec {
  processes: number;
  rooms: number;
  /** In how many processes each room is open. */
  spread: number;
  /** Of each room, in each of these processes. */
  members: number;
}

/** A message on its way to the processes that have its room open. */
interface Journey {
  /** By `performance.now()`. */
  readonly hintedAt: number[];
  readonly missing: Set<ChatProcess>;
}

export class Many implements AsyncDisposable {
  readonly processes: ChatProcess[] = [];
  /** From the acknowledgement of each message to each process's hint: milliseconds. */
  readonly hintMs: number[] = [];
  /** Hints that nobody waited for: of a look that came before the notice, for instance. */
  unexpected = 0;
  messages = 0;
  readonly ear: Ear;
  readonly spec: ManySpec;
  readonly #server: Postgres;
  readonly #database: Database;
  readonly #journeys = new Map<string, Journey>();
  readonly #waiters = new Waiters();

  private constructor(server: Postgres, database: Database, ear: Ear, spec: ManySpec) {
    this.#server = server;
    this.#database = database;
    this.ear = ear;
    this.spec = spec;
  }

  /** Opens the processes and their rooms, and waits until everybody knows of everybody. */
  static async open(server: Postgres, spec: ManySpec, clock: Clock): Promise<Many> {
    const database = await server.database();
    const first = await ChatProcess.open(database.url, clock, new Waiters(), () => {});
    await first.close();
    const many = new Many(server, database, await Ear.open(database.url), spec);
    try {
      await many.#start(clock);
    } catch (error) {
      await many[Symbol.asyncDispose]();
      throw error;
    }
    return many;
  }

  get members(): Member[] {
    return this.processes.flatMap(({ members }) => members);
  }

  /** The processes that have a room open. */
  withRoom(room: number): ChatProcess[] {
    const { processes, spread } = this.spec;
    return Array.from({ length: spread }, (_, index) => this.processes[(room + index) % processes]!);
  }

  /** Stores a message by one of the processes that have its room open. @returns once each of the others has its hint; false if the last one is on its way yet */
  async say(room: number, turn: number): Promise<boolean> {
    const name = nameOf(room);
    if (this.#journeys.has(name)) return false;
    const [author, ...others] = rotated(this.withRoom(room), turn);
    const journey: Journey = { hintedAt: [], missing: new Set(others) };
    this.#journeys.set(name, journey);
    this.messages++;
    try {
      await author!.manager.broadcast(name, "author", "The quick brown fox jumps over the lazy dog, and so on.");
      const storedAt = performance.now();
      await this.until(() => journey.missing.size === 0, `the hints of ${name}`);
      this.hintMs.push(...journey.hintedAt.map((at) => Math.max(at - storedAt, 0)));
    } finally {
      this.#journeys.delete(name);
    }
    return true;
  }

  until(look: () => boolean, what: string): Promise<unknown> {
    return this.#waiters.until(look, () => what);
  }

  /** How many messages each member should have, by now. */
  async settle(perRoom: (room: string) => number): Promise<void> {
    await this.until(() => this.members.every(({ room, seqs }) => seqs.length >= perRoom(room)), "all messages");
  }

  /** The renewals of each process, by the name under which it holds. */
  async renewals(): Promise<Map<string, number>> {
    return new Map(
      lines(await this.#sql("SELECT holder, renewals FROM switchboard.holders WHERE until > now()"))
        .map(([holder, renewals]) => [holder!, Number(renewals)]),
    );
  }

  /** The versions of the rows of all leases: a row that is written has another one. */
  async leaseVersions(): Promise<string[]> {
    return lines(await this.#sql(LEASES))
      .map((row) => row.join(" "));
  }

  /** A number that a statement gives. */
  async number(statement: string): Promise<number> {
    return Number(await this.#sql(statement));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.processes.map((process) => process.close()));
    await this.ear[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }

  async #start(clock: Clock): Promise<void> {
    const { processes, rooms, spread, members } = this.spec;
    const hinted = (by: ChatProcess, room: string) => this.#hinted(by, room);
    for (let index = 0; index < processes; index++) {
      this.processes.push(await ChatProcess.open(this.#database.url, clock, this.#waiters, hinted));
    }
    for (let room = 0; room < rooms; room++) await this.#fill(room);
    const isWhole = (member: Member) => member.memberCount === spread * members;
    await this.until(() => this.members.every(isWhole), "everybody's list of members");
  }

  /** Room by room: so many rooms of so many processes at once are more than one machine opens in time. */
  async #fill(room: number): Promise<void> {
    const members = this.withRoom(room).flatMap((process) =>
      Array.from(
        { length: this.spec.members },
        (_, member) => process.connect(`${room}-${this.processes.indexOf(process)}-${member}`, nameOf(room)),
      )
    );
    const isIn = ({ memberCount }: Member) => memberCount > 0;
    while (!members.every(isIn)) {
      const others = members.filter((member) => !isIn(member));
      for (const member of others) member.join();
      await this.until(() => others.every((one) => isIn(one) || one.isRefused), `answers about ${nameOf(room)}`);
    }
  }

  #hinted(by: ChatProcess, room: string): void {
    const journey = this.#journeys.get(room);
    if (journey === undefined || !journey.missing.delete(by)) return void this.unexpected++;
    journey.hintedAt.push(performance.now());
    if (journey.missing.size === 0) this.#waiters.wake();
  }

  #sql(statement: string): Promise<string> {
    return this.#server.sqlIn(this.#database, statement);
  }
}

export function nameOf(room: number): string {
  return `room-${room}`;
}

function rotated<Item>(items: Item[], by: number): Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

function lines(text: string): string[][] {
  return text.split("\n").filter((line) => line !== "").map((line) => line.split("|"));
}
