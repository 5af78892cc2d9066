/** The people who are with a client in its rooms, as the server has told it. @module */

import type { LineOf } from "./wire.ts";

export class Company {
  readonly #rooms = new Map<string, Map<string, string>>();

  take(line: LineOf<"joined" | "presence">): void {
    const { room, members } = line;
    const known = this.#rooms.get(room);
    const company = members !== undefined || known === undefined ? nameById(members ?? []) : known;
    this.#rooms.set(room, company);
    if (line.type === "joined") return;
    for (const id of line.leaves) company.delete(id);
    for (const { id, name } of line.joins) company.set(id, name);
  }

  /** The names in a room, by id. */
  in(room: string): ReadonlyMap<string, string> {
    return this.#rooms.get(room) ?? new Map();
  }
}

function nameById(members: { id: string; name: string }[]): Map<string, string> {
  return new Map(members.map(({ id, name }) => [id, name]));
}
