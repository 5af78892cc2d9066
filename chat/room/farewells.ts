/**
 * `Client #ID left the chat`, for the plain members that asked for it, as FastAPI's own example sends it.
 *
 * An id has left when the last of its connections in the room has gone and none has come in the tenth of a second after that.
 * Anybody can come and go as often as they like, and each line goes to every such member: so a room sends few of them, and a
 * crowd none.
 *
 * @module
 */

import { type Clock, Timer } from "../base/clock.ts";
import { TokenBucket } from "../base/token_bucket.ts";
import { FAREWELLS_BURST, FAREWELLS_PER_S, MEMBERS_LISTED, PRESENCE_DELAY_MS } from "../limits.ts";
import { frameOf } from "../wire/frame.ts";
import type { Membership } from "./membership.ts";

export class Farewells {
  readonly #memberships: ReadonlyMap<object, Membership>;
  readonly #allowed: TokenBucket;
  /** Ids of connections that have gone; no more than may be sent. */
  readonly #gone = new Set<string>();
  readonly #timer: Timer;

  constructor(memberships: ReadonlyMap<object, Membership>, clock: Clock) {
    this.#memberships = memberships;
    this.#timer = new Timer(clock);
    this.#allowed = new TokenBucket(clock, FAREWELLS_BURST, FAREWELLS_PER_S);
  }

  leave(id: string): void {
    if (this.#memberships.size === 0 || this.#gone.size >= FAREWELLS_BURST) return;
    this.#gone.add(id);
    this.#timer.set(PRESENCE_DELAY_MS, () => this.#tell());
  }

  stop(): void {
    this.#timer.stop();
  }

  #tell(): void {
    const memberships = [...this.#memberships.values()];
    const present = new Set(memberships.map(({ connection }) => connection.session.id));
    const left = [...this.#gone].filter((id) => !present.has(id));
    this.#gone.clear();
    if (memberships.length > MEMBERS_LISTED) return;
    const listeners = memberships.map(({ connection }) => connection.outbox).filter(({ dialect }) => dialect.farewell);
    for (const id of left) {
      if (listeners.length === 0 || this.#allowed.take(1) > 0) return;
      const frame = frameOf(listeners[0]!.dialect.farewell!(id));
      for (const outbox of listeners) if (!outbox.full) outbox.frame(frame);
    }
  }
}
