/** The connections of those whose ids are proven, by id: what is somebody's own is told on all of them. @module */

import type { Recipient } from "./membership.ts";

export class Clients {
  /** As many as there are connections. */
  readonly #byId = new Map<string, Set<Recipient>>();

  /** A connection has said who it is. */
  add(client: Recipient): void {
    const { id, proven } = client.session;
    if (!proven || client.closed) return;
    const known = this.#byId.get(id);
    if (known === undefined) this.#byId.set(id, new Set([client]));
    else known.add(client);
  }

  /** A connection is over. A second call does nothing. */
  remove(client: Recipient): void {
    const { id } = client.session;
    const known = this.#byId.get(id);
    if (known?.delete(client) && known.size === 0) this.#byId.delete(id);
  }

  of(id: string): Iterable<Recipient> {
    return this.#byId.get(id) ?? [];
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }
}
