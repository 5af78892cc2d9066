/** The people in a run of the fuzzer. @module */

import type { Random } from "../../lib/random.ts";
import { provenOf } from "../../proof/client/ids.ts";
import type { Actor } from "./door.ts";
import type { Level } from "./expected.ts";

/** The names that rooms are made under or joined by, besides those that the server gives. */
export const NAMES = ["lobby", "tea", "wine", "ops-eu"];
/** Those who moderate the rooms that nobody owns. */
export const OPERATORS = [provenOf("ada").id, "t-eve"];

/** Everybody: some ids come by several doors, and some by tokens that are for less than others. */
export function castOf(random: Random): Actor[] {
  const keyed = (name: string) => ({ ...provenOf(name), proven: true, proof: { key: provenOf(name).key } });
  const header = (name: string) => ({ id: `t-${name}`, proven: true, proof: { header: name } });
  const free = (id: string) => ({ id, proven: false });
  const token = (sub: string, grants?: Actor["grants"]) => ({ id: `t-${sub}`, proven: true, grants, proof: { sub } });
  const operator = true;
  const all: Omit<Actor, "name" | "inside" | "positions">[] = [
    { ...keyed("ada"), operator, speech: "changes" },
    { ...keyed("bob"), speech: "changes" },
    { ...keyed("bob"), speech: "messages only" },
    { ...keyed("cy"), speech: "changes" },
    { ...header("eve"), operator, speech: "changes" },
    { ...header("eve"), operator, speech: "plain" },
    { ...header("fay"), speech: "like FastAPI" },
    { ...token("gus"), speech: "changes" },
    { ...token("gus", drawGrants(random)), speech: "changes" },
    { ...token("fay", [{ room: "*", may: "moderate" }]), speech: "messages only" },
    { ...bot("ci", random), speech: "changes" },
    { ...free("7"), speech: "changes" },
    { ...free("7"), speech: "plain" },
    { ...free("9"), speech: "like FastAPI" },
  ];
  return all.map((one, index) => ({ ...one, name: `${one.id} (${index})`, inside: new Set(), positions: new Map() }));
}

/** A bot may do the same in all its rooms. */
function bot(name: string, random: Random): Pick<Actor, "id" | "proven" | "grants" | "proof"> {
  const may = random.pick(["read", "write", "moderate"] as const);
  const grants = drawGrants(random).map(({ room }) => ({ room, may }));
  return { id: `b-${name}`, proven: true, grants, proof: { bot: `sbk_${"5e".repeat(32)}` } };
}

/** The rooms that a token is for, some of which there may not be. */
export function drawGrants(random: Random): NonNullable<Actor["grants"]> {
  const levels: Level[] = ["read", "write", "moderate"];
  return Array.from({ length: random.int(1, 3) }, () => ({
    room: random.pick([...NAMES, "t*", "p-*", "*"]),
    may: random.pick(levels),
  }));
}
