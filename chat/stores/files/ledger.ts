/**
 * The ledger beside a store's file: whom to erase again, which ids to call back again, and which bots to take back again, in a copy that is put in the store's place, because it was
 * made before that. The store itself notes what was done in it, so a copy that has the same mark needs nothing.
 *
 * It has ids and marks, and nothing of what was erased. It grows by one line of at most a few hundred bytes for each.
 *
 * @module
 */

import { type Incident, incident } from "../../log/incident.ts";
import type { ReportTrouble } from "../../logging/logger.ts";
import { giveOwnerOf } from "./owner.ts";

/** An erasure: of whom, and its mark. */
export interface Erasure {
  id: string;
  mark: string;
}

/** An id that was called back, and the one that its owner has from then on, as far as that was said. */
export interface Revocation {
  revoked: string;
  next?: string;
}

/** A bot that was taken back: the SHA-256 of its secret. */
export interface BotRemoval {
  bot: string;
}

function pathOf(store: string): string {
  return `${store}-erased`;
}

/** Writes the ledger of a store that is open. */
export class Ledger {
  readonly #store: string;
  readonly #trouble: Incident;

  /** @param report is told if it cannot be written: now, if that can be seen already, or else once something is to be noted */
  constructor(store: string, report: ReportTrouble) {
    this.#store = store;
    const path = pathOf(store);
    this.#trouble = incident(
      report,
      `Nobody can be erased or called back, nor a bot taken back: ${path} cannot be written. Give it the owner of the store ` +
        `(chown --reference=${store} ${path}), or its disk some space`,
      `${path} can be written again`,
    );
    this.#check();
  }

  /**
   * Adds a line, and returns once it is on the disk.
   *
   * @throws if it cannot be written
   */
  note(line: Erasure | Revocation | BotRemoval): void {
    try {
      this.#write(line);
    } catch (cause) {
      this.#trouble.begin(cause);
      throw cause;
    }
    this.#trouble.end();
  }

  #write(line: Erasure | Revocation | BotRemoval): void {
    using file = Deno.openSync(pathOf(this.#store), { append: true, create: true });
    giveOwnerOf(this.#store, pathOf(this.#store));
    // A line of which a crash left only the beginning must not swallow this one.
    const bytes = new TextEncoder().encode(`\n${JSON.stringify(line)}\n`);
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    file.syncSync();
  }

  /** The chat goes on without it, so that is no reason not to serve. */
  #check(): void {
    try {
      Deno.openSync(pathOf(this.#store), { append: true }).close();
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) this.#trouble.begin(cause);
    }
  }
}

/** The last erasure of each id. */
export function erasuresOf(store: string): Erasure[] {
  const found = new Map<string, Erasure>();
  for (const { id, mark } of linesOf(store)) {
    if (typeof id === "string" && typeof mark === "string") found.set(id, { id, mark });
  }
  return Array.from(found.values());
}

/** The first revocation of each id: it is for good. */
export function revocationsOf(store: string): Revocation[] {
  const found = new Map<string, Revocation>();
  for (const { revoked, next } of linesOf(store)) {
    if (typeof revoked !== "string" || found.has(revoked)) continue;
    found.set(revoked, typeof next === "string" ? { revoked, next } : { revoked });
  }
  return Array.from(found.values());
}

/** The secrets of the bots that were taken back, as their SHA-256. */
export function botRemovalsOf(store: string): string[] {
  return linesOf(store).flatMap(({ bot }) => typeof bot === "string" ? [bot] : []);
}

/** A line that is none is passed over: a crash may have cut it. */
function linesOf(store: string): Record<string, unknown>[] {
  return read(pathOf(store)).split("\n").map(parse);
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}
