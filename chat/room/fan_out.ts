/**
 * From a room's tail to its memberships, in rounds. A round goes through them once; each gets the messages since it was
 * last served, in one frame, however many there are. The busier the room, the fewer frames there are for each message.
 *
 * The round takes in messages that come meanwhile. So in a large room, where a round is long, nobody waits for the rest of
 * one round and then for its own turn in the next.
 *
 * @module
 */

import { failPoint } from "../base/fail_points.ts";
import { Pace } from "../base/pace.ts";
import { Batch, Outgoing } from "../dialect/batch.ts";
import * as limits from "../limits.ts";
import type { StoredEvent } from "../event/event.ts";
import type { RoomState } from "../log/message_log.ts";
import type { Membership } from "./membership.ts";
import type { RoomParts } from "./parts.ts";
import { charactersOf, portion } from "./portion.ts";

export interface FanOutParts extends Pick<RoomParts, "name" | "clock" | "report"> {
  /** In the order in which they came. */
  memberships: { readonly size: number; values(): Iterable<Membership> };
  /** Takes the lines of presence and typing that are to go along. */
  takeExtras(): string[];
  /** Called for a membership that must not be sent more now, or that lacks more than is going out: the log has it. */
  onBehind(membership: Membership): void;
  /** Called when so much waits that no more may be handed in, and when that is over. */
  onCongestion(congested: boolean): void;
}

export class FanOut {
  /** The epoch under which messages go out; empty until {@linkcode reset} was called. */
  epoch = "";
  /** The last message that a round has taken up. A membership that has it gets the later ones from the next rounds. */
  takenUp = 0;
  readonly #parts: FanOutParts;
  /** The pace of its rounds. */
  readonly pace: Pace;
  #pending: StoredEvent[] = [];
  #congested = false;
  /** Messages that are going out: some memberships may have them already, but not all. */
  #going: Outgoing[] = [];

  constructor(parts: FanOutParts) {
    this.#parts = parts;
    this.pace = new Pace(parts.clock, limits.FANOUT_DELAY_MS, () => this.#round().then(() => true));
  }

  /** The last message that was handed in. */
  get head(): number {
    return this.#pending.at(-1)?.seq ?? this.takenUp;
  }

  /** Begins or restarts behind a position. */
  reset({ epoch, head }: RoomState): void {
    this.epoch = epoch;
    this.takenUp = head;
    this.#going = [];
    this.#setPending([]);
  }

  take(events: StoredEvent[]): void {
    this.#setPending(this.#pending.length === 0 ? events : this.#pending.concat(events));
    this.pace.request();
  }

  async #round(): Promise<void> {
    // A membership that begins during a round is served by the next: otherwise a steady stream of them would keep the round
    // from ending.
    let unserved = this.#parts.memberships.size;
    const firstBatch = this.#gather(new Batch(this.epoch, this.#going, this.#parts.takeExtras()));
    if (firstBatch.empty) return;
    let batch = firstBatch;
    try {
      failPoint("before fan-out");
      let sends = 0;
      for (const membership of this.#parts.memberships.values()) {
        sends += this.#deliver(membership, batch);
        failPoint("during fan-out");
        if (--unserved === 0) break;
        if (sends < limits.FANOUT_SENDS) continue;
        sends = 0;
        await new Promise<void>((turn) => this.#parts.clock.soon(turn));
        batch = this.#gather(batch);
      }
      failPoint("after fan-out");
      // Every membership has `firstBatch`, or reads it from the log; later ones only some have. After a reset `#going` is of
      // another epoch, and stays.
      if (firstBatch.epoch === this.epoch) {
        this.#going = this.#going.filter(({ event }) => event.seq > firstBatch.last);
      }
    } catch (error) {
      this.#giveUp(error, batch.extras);
    }
    if (this.#going.length + this.#pending.length > 0) this.pace.request();
  }

  /** @returns how many frames it was sent */
  #deliver(membership: Membership, batch: Batch): number {
    const { connection } = membership;
    const isServed = membership.catchingUp || membership.held || membership.end !== undefined;
    const passedOver = isServed || connection.closed || membership.epoch !== batch.epoch;
    // Nothing new until it has caught up: the log keeps it meanwhile.
    const behind = !passedOver && (membership.cursor < batch.first - 1 || connection.outbox.full);
    if (!passedOver && !behind) return membership.send(batch);
    // It may have missed no more than that somebody is typing: the list of members is too much then, but right, and that is rare.
    membership.missedPresence ||= batch.extras.length > 0;
    if (behind) this.#parts.onBehind(membership);
    return 0;
  }

  /** Adds the messages that have come since, as far as a peer may be sent them in one go. */
  #gather(batch: Batch): Batch {
    const isCurrent = batch.epoch === this.epoch;
    if (isCurrent && this.#pending.length === 0) return batch;
    const already = charactersOf(this.#going.map(({ event }) => event));
    const fresh = portion(this.#pending, limits.FANOUT_CHARACTERS, already);
    if (isCurrent && fresh.length === 0) return batch;
    this.#going = this.#going.concat(fresh.map((event) => new Outgoing(this.#parts.name, event)));
    this.takenUp = fresh.at(-1)?.seq ?? this.takenUp;
    this.#setPending(this.#pending.slice(fresh.length));
    return new Batch(this.epoch, this.#going, batch.extras);
  }

  #giveUp(error: unknown, extras: string[]): void {
    const { name, memberships, report, onBehind } = this.#parts;
    report(`The fan-out of room ${name} broke: its members are served from the log`, error);
    this.#going = [];
    for (const membership of memberships.values()) {
      membership.missedPresence ||= extras.length > 0;
      if (membership.cursor < this.takenUp || membership.missedPresence) onBehind(membership);
    }
  }

  #setPending(pending: StoredEvent[]): void {
    this.#pending = pending;
    const congested = charactersOf(pending) > limits.FANOUT_PENDING_CHARACTERS;
    if (congested === this.#congested) return;
    this.#congested = congested;
    this.#parts.onCongestion(congested);
  }
}
