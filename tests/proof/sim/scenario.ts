/**
 * The run of a seed: its clients, their messages, and what goes wrong when. Plain data, so that a failing run
 * can be made smaller by leaving parts of it out.
 *
 * @module
 */

import type { FailPoint } from "../../../chat/base/fail_points.ts";
import type { Act as Deed, Identity } from "../client/world.ts";

/** Something that a client does of its own accord, and when. */
export type Act = { at: number } & Deed;

/** One client. */
export interface ClientPlan extends Identity {
  dialect: "chat.v1" | "plain";
  /** Whether it is the page's own, or that for programs. */
  isPage: boolean;
  /** When it comes. */
  startsAt: number;
  /** Characters of filling in its messages. */
  filling: number;
  acts: Act[];
}

/** Something that goes wrong. Times are in milliseconds since the run began. */
export type PlannedFault =
  & { at: number }
  & (
    | { type: "crash"; server: number; silently: boolean; backAfterMs: number }
    | { type: "fail point"; server: number; point: FailPoint; passes: number; crash: boolean; backAfterMs: number }
    | { type: "drain"; server: number; backAfterMs: number }
    | { type: "clock"; server: number; byMs: number }
    | { type: "partition"; server: number; ms: number }
    | { type: "cut"; client: number }
    | { type: "freeze"; client: number; ms: number }
    | { type: "half-open"; client: number }
    | { type: "slow"; client: number; bytesPerMs: number; ms: number }
    | { type: "stall"; ms: number }
    | { type: "refuse"; probability: number; ms: number }
    | { type: "lose answers"; probability: number; ms: number }
    | { type: "lose hints"; probability: number; ms: number }
    | { type: "late hints"; delayMs: number; ms: number }
    /** The store is put back to what it was at `from`; emptied if that is 0. */
    | { type: "restore"; from: number }
    /** Of each room only so many events are kept, and of its changes only so many. */
    | { type: "trim"; keep: number; keepChanges: number }
    /** The store loses events of a room: so many, of which so many newer ones stay. */
    | { type: "hole"; room: string; count: number; newer: number }
    /** Another program writes many messages at once. */
    | { type: "burst"; room: string; count: number; filling: number }
  );

/** A whole run. */
export interface Scenario {
  seed: number;
  /** When the last fault may begin. */
  horizonMs: number;
  servers: number;
  /** How long the way to the store is at most, usually; 0: it is inside the process. */
  storeMs: number;
  /** How much longer than others an answer with events may be on its way: what was read is old by then. */
  readMs: number;
  /** Whether answers of the store may overtake each other. */
  overtaking: boolean;
  /** Whether a commit may be stored in parts, with other processes' events in between. */
  parts: boolean;
  /** How likely a hint is lost, and how late one may be, when nothing is wrong. */
  hints: { loss: number; delayMs: number };
  linkMs: number;
  limitRate: boolean;
  /** Whether our own client is there as programs have it, instead of the page's. */
  hasPrograms: boolean;
  /** Whether the store tells each server who is connected to the others. */
  sharesPresence: boolean;
  clients: ClientPlan[];
  faults: PlannedFault[];
}

/** A scenario in a few lines, for a person who has to understand it. */
export function describeScenario(
  {
    servers,
    storeMs,
    readMs,
    overtaking,
    parts,
    hints,
    linkMs,
    limitRate,
    hasPrograms,
    sharesPresence,
    clients,
    faults,
  }: Scenario,
): string[] {
  const store = storeMs === 0
    ? "inside the process"
    : `${storeMs} ms away${readMs > 0 ? `, reads up to ${readMs} ms late` : ""}${
      overtaking ? ", answers overtake" : ""
    }${parts ? ", commits in parts" : ""}, ` +
      `hints up to ${hints.delayMs} ms late, ${100 * hints.loss} % lost${sharesPresence ? ", presence shared" : ""}`;
  return [
    `${servers} server(s), the store ${store}, links of ${linkMs} ms, rate ${limitRate ? "limited" : "free"}`,
    ...clients.map(({ name, dialect, isPage, changes, rooms, window, filling, acts }) =>
      `${name}: ${isPage ? hasPrograms ? "a program" : "a page" : dialect}${
        dialect === "plain" || changes ? "" : " without changes"
      } in ${rooms.join(", ")}, ${acts.length} acts, window ${window}${filling ? ", long texts" : ""}`
    ),
    ...faults.map((fault) => `at ${fault.at} ms: ${describeFault(fault)}`),
  ];
}

/** A fault in words. */
export function describeFault({ at: _, type, ...details }: PlannedFault): string {
  return [type, ...Object.entries(details).map(([name, value]) => `${name} ${value}`)].join(", ");
}
