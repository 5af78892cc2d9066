/**
 * Judges what a plain client saw. It is promised a contiguous run of messages for as long as one connection lasts.
 *
 * @module
 */

import { key } from "./entries.ts";
import type { ClientLog, Evidence, Position, Violation } from "./evidence.ts";
import type { Archive } from "./histories.ts";
import type { Ledger } from "./ledger.ts";

export function checkPlain(
  { name, room = "", events }: ClientLog,
  { losses }: Evidence,
  ledger: Ledger,
  archive: Archive,
  blame: (violation: Violation) => void,
): void {
  const places = placesIn(room, ledger, archive);
  let candidates: Position[] | undefined;
  for (const event of events) {
    if (event.type === "opened") candidates = undefined;
    if (event.type !== "text") continue;
    const { at, text } = event;
    const [, id, said] = /^Client #(.+?) says: (.*)$/s.exec(text) ?? [];
    const found = id === undefined ? [] : places.get(key(id, said!)) ?? [];
    const next = found.filter(({ epoch, seq }) =>
      candidates === undefined ||
      candidates.some((before) => before.epoch === epoch && ledger.life(room, epoch).next(before.seq) === seq)
    );
    if (next.length === 0 && losses.length === 0) {
      const before = candidates === undefined ? "at first" : `after ${candidates.map(({ seq }) => seq).join(" or ")}`;
      const where = found.length === 0 ? "which nobody else knows" : `which is ${found[0]!.seq}`;
      const what = `“${text.slice(0, 60)}” came ${before}, ${where}`;
      blame({ promise: 3, what, client: name, room, seq: found[0]?.seq, at });
    }
    candidates = next.length > 0 ? next : found.length > 0 ? found : undefined;
  }
}

/** Where each text by somebody is, under every epoch: those that a message had later, too. */
function placesIn(room: string, ledger: Ledger, archive: Archive): Map<string, Position[]> {
  const places = new Map<string, Position[]>();
  const add = (id: string, text: string, place: Position) => {
    const mark = key(id, text);
    places.set(mark, [...places.get(mark) ?? [], place]);
  };
  for (const life of ledger.lives) {
    if (life.room !== room) continue;
    for (const seq of life.messages) {
      const { id } = (life.entries.get(seq) ?? life.acked.get(seq))!;
      for (const text of archive.of(life).textsOf(seq)) add(id, text, { epoch: life.epoch, seq });
    }
  }
  return places;
}
