/**
 * A client while it is connected: its id, its name, its rooms. The rules only read it, and commands change it. It lies here because
 * rules, rooms and commands all need it, and may import nothing from `socket/`, which holds it.
 *
 * @module
 */

import { ROOMS_PER_CONNECTION } from "../limits.ts";
import { isProvable } from "../wire/identity.ts";
import type { Grant } from "./grants.ts";

/** The name of a client that has told none. */
export function givenName(id: string): string {
  return `Client #${id}`;
}

/** A person for whom a token vouches, or a bot. */
export interface Person {
  id: string;
  /** As others see it; undefined: the person chooses one. */
  name?: string;
  /** The rooms that the token is for; undefined: all. */
  rooms?: Grant[];
  /** When the token expires, by the clock's `elapsed()`; undefined: never. */
  expiresAtMs?: number;
}

export class Session {
  /** Its name in the service's log and in `welcome`. */
  readonly label: string = crypto.randomUUID().slice(0, 8);
  /** It changes only with the hello. */
  id: string;
  /** The name that others see. */
  name: string;
  /** Whether the name was given with a token, so that its owner cannot choose another. */
  named = false;
  /** Whether `hello` was said, or need not be. */
  greeted: boolean;
  /** Whether it moderates the rooms that nobody owns. */
  operator = false;
  readonly rooms: Set<string> = new Set();
  /** The rooms that it was sent out of last, as many as it may be in: it may not have heard of that when it sent its next commands. */
  sentOutOf: Set<string> | undefined;
  /** The network that it comes from, if that is counted: see `networkOf`. */
  readonly network: string | undefined;
  /** The rooms that its token is for; undefined: all. */
  grants: Grant[] | undefined;
  /** When its token expires, by the clock's `elapsed()`, and whether it was asked for a newer one; undefined: it has none. */
  token: { expiresAtMs: number; asked: boolean } | undefined;

  /** Whether the id is known to be this client's own. */
  get proven(): boolean {
    return isProvable(this.id);
  }

  constructor(id: string, greeted: boolean, network?: string) {
    this.id = id;
    this.network = network;
    this.name = givenName(id);
    this.greeted = greeted;
  }

  /** Somebody else has ended its membership of a room. */
  sendOut(room: string): void {
    this.rooms.delete(room);
    const last = this.sentOutOf ??= new Set();
    last.add(room);
    if (last.size > ROOMS_PER_CONNECTION) last.delete(last.values().next().value!);
  }

  /** Takes the person that a token vouches for. One who comes again with a newer token keeps the name. */
  become({ id, name, rooms, expiresAtMs }: Person): void {
    if (name !== undefined) this.name = name;
    else if (id !== this.id) this.name = givenName(id);
    this.named = name !== undefined;
    this.id = id;
    this.grants = rooms;
    this.token = expiresAtMs === undefined ? undefined : { expiresAtMs, asked: false };
  }
}
