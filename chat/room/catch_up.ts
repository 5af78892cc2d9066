/**
 * Serves members from the log who are not where the fan-out is: they resume, or read slowly. Each is served by itself, as fast as
 * it reads, and costs the others nothing.
 *
 * @module
 */

import type { Roster } from "./awareness.ts";
import { Batch, Outgoing, portion } from "./batch.ts";
import type { Clock } from "../base/clock.ts";
import { FANOUT_CHARACTERS, PAGE_MESSAGES } from "../limits.ts";
import { type MessageLog, StoreUnavailableError } from "../log/message_log.ts";
import { isWhole } from "../log/whole.ts";
import type { Member } from "./member.ts";
import { PageCache } from "./page_cache.ts";
import { CloseCode } from "../wire/close.ts";
import type { Turns } from "../base/turns.ts";

/** What a {@linkcode CatchUp} is made of. */
export interface CatchUpParts {
  room: string;
  /** Where its messages are. */
  log: MessageLog;
  clock: Clock;
  /** Shares out the event loop. */
  turns: Turns;
  /** Where the fan-out is: who is there gets all that follows by it. */
  front: { readonly epoch: string; readonly flushed: number };
  /** Whether a member is still in the room. */
  has(member: Member): boolean;
  roster(): Roster;
}
export class CatchUp {
  readonly #parts: CatchUpParts;
  readonly #pages: PageCache;
  /** Members that were too far behind to be sent more, to be looked at again. */
  readonly #lagging = new Set<Member>();
  constructor(parts: CatchUpParts) {
    this.#parts = parts;
    this.#pages = new PageCache(parts.clock);
  }

  /** Serves a member until it is where the fan-out is, or has enough for now. */
  async serve(member: Member): Promise<void> {
    if (member.catchingUp) return;
    member.catchingUp = true;
    try {
      while (this.#isBehind(member) && await hasSpace(member) && await this.#takeTurn(member));
      if (member.missedPresence && !this.#isBehind(member) && await hasSpace(member)) this.#sendRoster(member);
    } catch (error) {
      // An outage of the store: the member is looked at again with those that lag.
      if (!(error instanceof StoreUnavailableError)) member.connection.fail(error);
    } finally {
      member.catchingUp = false;
      if (this.#isBehind(member) || this.#parts.has(member) && member.missedPresence) this.#lagging.add(member);
    }
  }

  /** To be called every now and then: goes on with members that were too far behind. */
  serveLagging(): void {
    this.#pages.expire();
    for (const member of this.#lagging) {
      if (member.connection.outbox.full) continue;
      this.#lagging.delete(member);
      this.serve(member);
    }
  }

  /** A member has gone. */
  forget(member: Member): void {
    this.#lagging.delete(member);
  }

  #sendRoster(member: Member): void {
    member.missedPresence = false;
    if (member.isPlain) return;
    const { room, roster } = this.#parts;
    member.connection.send({ type: "presence", room, joins: [], leaves: [], ...roster() });
  }

  #isBehind(member: Member): boolean {
    const { front, has } = this.#parts;
    return (member.cursor < front.flushed || member.epoch !== front.epoch) && has(member);
  }

  #takeTurn(member: Member): Promise<boolean> {
    return this.#parts.turns.run(member.connection, () => this.#servePage(member));
  }

  /** @returns whether it may go on at once */
  async #servePage(member: Member): Promise<boolean> {
    const { room, log, front } = this.#parts;
    if (!this.#isBehind(member)) return false;
    const { cursor, epoch } = member;
    const cached = epoch === front.epoch ? this.#pages.get(epoch, cursor) : undefined;
    if (cached !== undefined) {
      member.send(cached);
      return true;
    }
    const page = await log.read(room, { after: cursor, limit: PAGE_MESSAGES });
    if (!this.#isBehind(member)) return false;
    // A reset moved it meanwhile: the page does not begin where it is now.
    if (member.cursor !== cursor || member.epoch !== epoch) return true;
    // Of a newer epoch the room hears from its tail, and resets its members then.
    if (page.epoch !== front.epoch) return false;
    const isGap = !isWhole(page, cursor, PAGE_MESSAGES);
    // What it has not been sent cannot be had any more, and in plain text nobody can be told of a gap.
    if (member.isPlain && epoch === page.epoch && isGap) member.connection.close(CloseCode.tooSlow);
    if (epoch !== page.epoch || isGap) {
      member.reset(room, { epoch: page.epoch, first: page.first, head: front.flushed });
      return false;
    }
    const messages = portion(page.messages, FANOUT_CHARACTERS).map((message) => new Outgoing(room, message));
    const batch = new Batch(page.epoch, messages, []);
    if (messages.length > 0) this.#pages.put(cursor, batch);
    member.send(batch);
    return true;
  }
}

/** Whether more may be sent to a member: if not at once, then in a moment. Who takes longer is looked at now and then. */
async function hasSpace({ connection }: Member): Promise<boolean> {
  if (connection.outbox.full) await connection.pause();
  return !connection.outbox.full;
}
