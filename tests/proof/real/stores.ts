/**
 * The stores that a proof is run on: how each is set up, and what can befall it.
 *
 * @module
 */

import type { Durability } from "../../../chat/log/message_log.ts";
import { openStore } from "../../../chat/stores/open_store.ts";
import { LOCK } from "../../lib/packages.ts";
import type { Random } from "../../lib/random.ts";
import { isMessage, type Loss, type Trim } from "../judge/evidence.ts";
import { type Database, Postgres } from "../../lib/postgres.ts";
import { readRooms } from "./read_store.ts";

/** Notes what was done to a store: what it lost by that, and what it removed. */
export type Note = (kind: string, lost: { loss?: Loss; trims?: Trim[] }) => void;

/** Messages of each room that may stay when old ones are removed: fewer than are written between two such times. */
const KEPT = { least: 60, most: 150 };

/** A store of a run's own. */
export interface ProvenStore extends AsyncDisposable {
  /** As in `CHAT_STORE`. */
  readonly name: string;
  readonly durability: Durability;
  /** Server processes that share it. */
  readonly servers: number;
  /** Options of the runtime that a server needs for it. */
  readonly permissions: string[];
  /** What it is, with its version, for the report. */
  readonly title: string;
  /** Does something to it while no server runs, or nothing: it draws which. */
  whileDown(): Promise<void>;
  /** Does something to it while servers run, where it is a program of its own. */
  strike?(): Promise<void>;
  /** Resolves once nothing is being done to it. */
  calm?(): Promise<void>;
}

/** The kinds of store by name. */
export const STORES: Record<string, (random: Random, now: () => number, note: Note) => Promise<ProvenStore>> = {
  sqlite: (random, now, note) => SqliteFolder.make(random, now, note, false),
  trimmed: (random, now, note) => SqliteFolder.make(random, now, note, true),
  kv: () => KvFolder.make(),
  postgres: (random, _now, note) => OwnPostgres.make(random, note),
};

/** How a server is started on a store: the program first. */
export function argvOf({ name, permissions }: ProvenStore): string[] {
  const entry = new URL("./server.ts", import.meta.url).pathname;
  return [
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--quiet",
    LOCK,
    "--allow-net",
    "--allow-run",
    ...permissions,
    entry,
    ...["--listen", "--host", "127.0.0.1", "--port", "0", "--chat-store", name],
  ];
}

/**
 * A file, replaced at times by an older copy of itself; or one from which old messages are removed. Not both: where a room of a copy begins
 * only the copy could say.
 */
class SqliteFolder implements ProvenStore {
  readonly durability = "fsync";
  readonly servers = 1;
  readonly title: string;
  readonly #folder: string;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #note: Note;
  readonly #isTrimmed: boolean;
  /** When the copy was made. */
  #copied: number | undefined;

  private constructor(folder: string, random: Random, now: () => number, note: Note, isTrimmed: boolean) {
    this.#folder = folder;
    this.#random = random;
    this.#now = now;
    this.#note = note;
    this.#isTrimmed = isTrimmed;
    this.title = isTrimmed ? "SQLite, old messages removed" : "SQLite in a file (node:sqlite of the runtime)";
  }

  static async make(random: Random, now: () => number, note: Note, isTrimmed: boolean): Promise<SqliteFolder> {
    return new SqliteFolder(await Deno.makeTempDir({ prefix: "switchboard-prove-" }), random, now, note, isTrimmed);
  }

  get name(): string {
    return `sqlite:${this.#file("")}`;
  }

  get permissions(): string[] {
    return [`--allow-read=${this.#folder}`, `--allow-write=${this.#folder}`];
  }

  async whileDown(): Promise<void> {
    const drawn = this.#random.next();
    if (this.#isTrimmed) return drawn < 0.25 ? await this.#trim(this.#random.int(KEPT.least, KEPT.most)) : undefined;
    if (drawn < 0.1) await this.#copy();
    else if (drawn < 0.13) await this.#replace("by an older copy", true);
    else if (drawn < 0.145) await this.#replace("by an older copy, written into the same file", false);
    else if (drawn < 0.15) await this.#remove();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #copy(): Promise<void> {
    if (!await exists(this.#file(""))) return;
    this.#copied = this.#now();
    for (const part of ["", "-wal"]) {
      await Deno.remove(`${this.#file(part)}-copy`).catch(() => {});
      if (await exists(this.#file(part))) await Deno.copyFile(this.#file(part), `${this.#file(part)}-copy`);
    }
  }

  async #replace(how: string, isNewFile: boolean): Promise<void> {
    if (this.#copied === undefined) return;
    await Deno.remove(this.#file("-shm")).catch(() => {});
    for (const part of ["", "-wal"]) {
      if (isNewFile) await Deno.remove(this.#file(part)).catch(() => {});
      const copy = `${this.#file(part)}-copy`;
      if (await exists(copy)) await Deno.copyFile(copy, this.#file(part));
      else await Deno.remove(this.#file(part)).catch(() => {});
    }
    this.#note(`the store's file is replaced ${how}`, { loss: { from: this.#copied, to: this.#now() } });
  }

  async #remove(): Promise<void> {
    for (const part of ["", "-wal", "-shm"]) await Deno.remove(this.#file(part)).catch(() => {});
    this.#note("the store's file is deleted", { loss: { from: 0, to: this.#now() } });
  }

  /**
   * Removes old messages, as `KEEP_MESSAGES` has the server do it once a minute: few of these servers live so long, and nobody could tell
   * what a room had at which moment.
   */
  async #trim(keep: number): Promise<void> {
    const store = await openStore(this.name);
    const before = await readRooms(store);
    while (await store.trim(keep, 0));
    const trims = Object.entries(await readRooms(store)).map(([room, { epoch, head, entries }]): Trim => {
      const kept = new Set(entries.map(({ seq }) => seq));
      const gone = before[room]!.entries.filter(({ seq }) => !kept.has(seq));
      // By what is there, whatever the store says of it.
      const first = entries.find(isMessage)?.seq ?? head + 1;
      const floor = Math.max(before[room]!.floor, gone.at(-1)?.seq ?? 0);
      return { at: this.#now(), room, epoch, first, floor, head, entries: gone };
    });
    await store.close();
    if (trims.some(({ entries }) => entries.length > 0)) this.#note("old messages are removed", { trims });
  }

  #file(part: string): string {
    return `${this.#folder}/chat.db${part}`;
  }
}

/** A file of Deno KV, two servers on it. */
class KvFolder implements ProvenStore {
  readonly durability = "os";
  readonly servers = 2;
  readonly title = "Deno KV in a file, two server processes";
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<KvFolder> {
    return new KvFolder(await Deno.makeTempDir({ prefix: "switchboard-prove-" }));
  }

  get name(): string {
    return `kv:${this.#folder}/chat.kv`;
  }

  get permissions(): string[] {
    return [`--allow-read=${this.#folder}`, `--allow-write=${this.#folder}`];
  }

  whileDown(): Promise<void> {
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** A PostgreSQL, two servers on it: killed, hung, and cut off from them at times. */
class OwnPostgres implements ProvenStore {
  readonly durability = "fsync";
  readonly servers = 2;
  readonly title: string;
  readonly permissions = ["--allow-env=PGAPPNAME"];
  readonly #server: Postgres;
  readonly #database: Database;
  readonly #random: Random;
  readonly #note: Note;
  #striking: Promise<void> = Promise.resolve();

  private constructor(server: Postgres, database: Database, title: string, random: Random, note: Note) {
    this.#server = server;
    this.#database = database;
    this.title = title;
    this.#random = random;
    this.#note = note;
  }

  static async make(random: Random, note: Note): Promise<OwnPostgres> {
    const server = await Postgres.start("fsync = on");
    const title = `${await server.version()}, two server processes`;
    return new OwnPostgres(server, await server.database(), title, random, note);
  }

  get name(): string {
    return this.#database.url;
  }

  whileDown(): Promise<void> {
    return Promise.resolve();
  }

  strike(): Promise<void> {
    return this.#striking = this.#striking.then(() => this.#strike());
  }

  calm(): Promise<void> {
    return this.#striking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#striking;
    await this.#server[Symbol.asyncDispose]();
  }

  async #strike(): Promise<void> {
    const drawn = this.#random.next();
    if (drawn < 0.5) {
      this.#note("all connections to PostgreSQL are cut", {});
      await this.#server.cut(this.#database);
    } else if (drawn < 0.75) {
      this.#note("PostgreSQL hangs for a time", {});
      await this.#server.pause();
      await wait(this.#random.between(50, 1_500));
      await this.#server.resume();
    } else if (drawn < 0.85) {
      this.#note("PostgreSQL is stopped, and started again", {});
      await this.#server.restart();
    } else {
      this.#note("PostgreSQL is killed, and started again", {});
      await this.#server.kill();
      await wait(this.#random.between(0, 700));
      await this.#server.start();
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
