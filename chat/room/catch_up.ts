/**
 * Serves memberships from the log that are behind the fan-out: they resume, or read slowly. Each is served by itself, as fast as
 * it reads, and costs the others nothing.
 *
 * @module
 */

import { Batch, Outgoing } from "../dialect/batch.ts";
import { FANOUT_CHARACTERS, PAGE_MESSAGES } from "../limits.ts";
import { isMessage, revOf, type StoredEvent } from "../event/event.ts";
import { type Page, StoreUnavailableError } from "../log/message_log.ts";
import { isWhole } from "../log/whole.ts";
import { CloseCode } from "../wire/close.ts";
import type { MemberList } from "../wire/lines.ts";
import type { RoomAccess } from "./access.ts";
import type { Membership } from "./membership.ts";
import { withoutHidden } from "./newcomer.ts";
import { PageCache } from "./page_cache.ts";
import type { RoomParts } from "./parts.ts";
import { charactersOf, portion } from "./portion.ts";

export interface CatchUpParts extends RoomParts {
  /** The fan-out's position: a membership there gets the later messages from it. */
  fanOut: { readonly epoch: string; readonly takenUp: number };
  access: Pick<RoomAccess, "meet" | "hiddenFrom">;
  /** Called for a membership that has been sent everything up to its end. */
  onEnded(membership: Membership): void;
  presence: { readonly list: MemberList };
}

export class CatchUp {
  readonly #parts: CatchUpParts;
  readonly #pages: PageCache;
  /** Memberships that were too far behind to be sent more, to be served again. */
  readonly #lagging = new Set<Membership>();

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
    this.#pages = new PageCache(parts.clock);
  }

  /** Serves a membership until it has reached the fan-out, or has enough for now. */
  async serve(membership: Membership): Promise<void> {
    if (membership.catchingUp || membership.over) return;
    membership.catchingUp = true;
    const { outbox } = membership.connection;
    try {
      while (this.#isBehind(membership) && await outbox.hasSpace()) {
        const mayGoOn = await this.#takeTurn(membership);
        if (!mayGoOn) break;
      }
      if (membership.missedPresence && !this.#isBehind(membership) && await outbox.hasSpace() && !membership.over) {
        membership.missedPresence = false;
        const { name: room, presence } = this.#parts;
        outbox.send({ type: "presence", room, joins: [], leaves: [], ...presence.list });
      }
    } catch (error) {
      // An outage of the store: the membership is served again with those that lag.
      if (!(error instanceof StoreUnavailableError)) membership.connection.fail(error);
    } finally {
      membership.catchingUp = false;
      const lags = this.#isBehind(membership) || membership.missedPresence;
      if (lags && !membership.over) this.#lagging.add(membership);
    }
  }

  /** Called on every sweep: goes on with those that were too far behind. */
  serveLagging(): void {
    this.#pages.expire();
    for (const membership of this.#lagging) {
      if (membership.connection.outbox.full && !membership.over) continue;
      this.#lagging.delete(membership);
      this.serve(membership);
    }
  }

  /** A text was replaced or deleted: nobody is served it any more. */
  forgetPages(): void {
    this.#pages.forget();
  }

  #isBehind(membership: Membership): boolean {
    const { fanOut } = this.#parts;
    const { cursor, epoch, end, over } = membership;
    return (cursor < fanOut.takenUp || epoch !== fanOut.epoch || end !== undefined) && !over;
  }

  #takeTurn(membership: Membership): Promise<boolean> {
    return this.#parts.turns.run(membership.connection, () => this.#servePage(membership));
  }

  /** @returns whether it may go on at once */
  async #servePage(membership: Membership): Promise<boolean> {
    const { name: room, log, fanOut, access } = this.#parts;
    if (!this.#isBehind(membership)) return false;
    if (this.#isAtEnd(membership)) return false;
    const { cursor, epoch, connection } = membership;
    const isHidden = cursor < access.hiddenFrom(connection.session);
    const mayTake = epoch === fanOut.epoch && membership.end === undefined && !isHidden;
    const cached = mayTake ? this.#pages.get(epoch, cursor) : undefined;
    if (cached !== undefined) {
      membership.send(cached);
      return true;
    }
    const { generation } = this.#pages;
    const read = await log.read(room, { after: cursor, limit: PAGE_MESSAGES });
    // It may have been removed by one of these.
    await access.meet(read.policy);
    const page = withoutHidden(read, access.hiddenFrom(connection.session));
    if (!this.#isBehind(membership)) return false;
    // A reset moved it meanwhile: the page does not begin at its cursor.
    if (membership.cursor !== cursor || membership.epoch !== epoch) return true;
    // The tail reports a newer epoch to the room, which then resets its memberships.
    if (page.epoch !== fanOut.epoch) return false;
    const isGap = !isWhole(page, cursor, PAGE_MESSAGES);
    // Messages that it lacks are gone, and without replies it cannot be told of a gap.
    if (!connection.outbox.dialect.hasReplies && epoch === page.epoch && isGap) connection.close(CloseCode.tooSlow);
    if (epoch !== page.epoch || isGap) {
      // Not to `page.head`: messages after those taken up are still to come by the fan-out, and must not be passed over.
      membership.reset(room, { epoch: page.epoch, first: page.first, head: fanOut.takenUp });
      return false;
    }
    const { end } = membership;
    const mayRead = end === undefined ? page.events : upTo(end.seq, page);
    if (end !== undefined && mayRead.length === 0) {
      this.#parts.onEnded(membership);
      return false;
    }
    const events = portion(mayRead, FANOUT_CHARACTERS);
    const batch = new Batch(page.epoch, events.map((event) => new Outgoing(room, event)), [], { head: page.head });
    if (events.length > 0 && end === undefined) this.#pages.put(cursor, batch, charactersOf(events), generation);
    membership.send(batch);
    return !this.#isAtEnd(membership);
  }

  /** Whether a membership has had all that it may have; if so, it is told. */
  #isAtEnd(membership: Membership): boolean {
    if (membership.end === undefined || membership.cursor < membership.end.seq) return false;
    this.#parts.onEnded(membership);
    return true;
  }
}

/**
 * What somebody may have who was sent out. A message is read as it is now: one that was changed behind that place ends the run, so that nobody sees the
 * change. A client that comes back goes on there.
 */
function upTo(last: number, { head, events }: Page): StoredEvent[] {
  const isBeyond = (event: StoredEvent) =>
    event.seq > last || head > last && (event.kind === "edit" || isMessage(event) && revOf(event) > last);
  const beyond = events.findIndex(isBeyond);
  return beyond === -1 ? events : events.slice(0, beyond);
}
