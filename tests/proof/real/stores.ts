/**
 * The stores that a proof is run on: how each is set up, and what can befall it.
 *
 * @module
 */

import type { Durability } from "../../../chat/log/message_log.ts";
import { RedisServer } from "../../lib/redis.ts";
import { missing } from "../../lib/tools.ts";
import type { Random } from "../../lib/random.ts";

/** Notes what was done to a store: `loss` where that made it lose data. */
export type Note = (kind: string, loss?: { from: number; to: number }) => void;

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
  /** Does something to it while servers run, where it is a process of its own. */
  strike?(): Promise<void>;
  /** Ends all faults: resolves once it is in order. */
  calm(): Promise<void>;
}

/** The kinds of store by name; a string says why one cannot be had here. */
export const STORES: Record<string, (random: Random, now: () => number, note: Note) => Promise<ProvenStore | string>> =
  {
    sqlite: (random, now, note) => SqliteFolder.make(random, now, note),
    kv: () => KvFolder.make(),
    redis: (random, now, note) => OwnRedis.make(random, now, note),
  };

/** A file, replaced at times by an older copy of itself. */
class SqliteFolder implements ProvenStore {
  readonly durability = "fsync";
  readonly servers = 1;
  readonly title = "SQLite in a file (node:sqlite of the runtime)";
  readonly #folder: string;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #note: Note;
  /** When the copy was made. */
  #copied: number | undefined;

  private constructor(folder: string, random: Random, now: () => number, note: Note) {
    this.#folder = folder;
    this.#random = random;
    this.#now = now;
    this.#note = note;
  }

  static async make(random: Random, now: () => number, note: Note): Promise<SqliteFolder> {
    return new SqliteFolder(await Deno.makeTempDir({ prefix: "switchboard-prove-" }), random, now, note);
  }

  get name(): string {
    return `sqlite:${this.#file("")}`;
  }

  get permissions(): string[] {
    return [`--allow-read=${this.#folder}`, `--allow-write=${this.#folder}`];
  }

  async whileDown(): Promise<void> {
    const drawn = this.#random.next();
    if (drawn < 0.1) await this.#copy();
    else if (drawn < 0.13) await this.#replace("by an older copy", true);
    else if (drawn < 0.145) await this.#replace("by an older copy, written into the same file", false);
    else if (drawn < 0.15) await this.#remove();
  }

  calm(): Promise<void> {
    return Promise.resolve();
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
    this.#note(`the store's file is replaced ${how}`, { from: this.#copied, to: this.#now() });
  }

  async #remove(): Promise<void> {
    for (const part of ["", "-wal", "-shm"]) await Deno.remove(this.#file(part)).catch(() => {});
    this.#note("the store's file is deleted", { from: 0, to: this.#now() });
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

  calm(): Promise<void> {
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** A Redis with an append-only file, two servers on it; killed, stopped, and emptied at times. */
class OwnRedis implements ProvenStore {
  readonly durability = "os";
  readonly servers = 2;
  readonly title: string;
  readonly permissions: string[] = [];
  readonly #server: RedisServer;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #note: Note;
  #striking: Promise<void> = Promise.resolve();

  private constructor(server: RedisServer, title: string, random: Random, now: () => number, note: Note) {
    this.#server = server;
    this.title = title;
    this.#random = random;
    this.#now = now;
    this.#note = note;
  }

  static async make(random: Random, now: () => number, note: Note): Promise<OwnRedis | string> {
    const lacking = missing("redis-server");
    if (lacking !== undefined) return `it needs ${lacking}`;
    const { stdout } = await new Deno.Command("redis-server", { args: ["--version"] }).output();
    const version = /v=(\S+)/.exec(new TextDecoder().decode(stdout))?.[1] ?? "of unknown version";
    const title = `Redis ${version} with an append-only file, two server processes`;
    return new OwnRedis(await RedisServer.start(), title, random, now, note);
  }

  get name(): string {
    return this.#server.url;
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
    if (drawn < 0.3) {
      this.#note("Redis is stopped for a while");
      await this.#server.signal("SIGSTOP");
      await wait(this.#random.between(50, 1_500));
      return this.#server.signal("SIGCONT");
    }
    await this.#server.kill();
    await wait(this.#random.between(0, 700));
    if (drawn < 0.9) this.#note("Redis is killed and started again");
    else {
      await this.#server.wipe();
      this.#note("Redis is killed and started again empty", { from: 0, to: this.#now() });
    }
    await this.#server.start();
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
