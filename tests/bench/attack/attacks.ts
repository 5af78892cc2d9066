/**
 * The attacks that are measured, and what each may do to others at most.
 *
 * @module
 */

import type { Attack, AttackResult, Habit, VictimResult } from "./spec.ts";
import { ABUSES } from "./strangers.ts";

/** What an attack came to. */
export interface Outcome {
  victim: VictimResult;
  attackers: AttackResult;
  /** CPU of the server, in cores. */
  cores: number;
  /** The most that was resident of the server, in bytes. */
  peakRss: number;
  /** How much more it holds afterwards than before, once V8 has collected what nobody needs: bytes. */
  heldBytes: number;
}

/** One row. */
export interface AttackCase {
  title: string;
  attack: Attack;
  /** What is promised, in words. */
  target: string;
  /** @returns whether it was kept */
  kept(outcome: Outcome): boolean;
}

const SOCKETS = 200;
const WITHIN_LIMITS_P99_MS = 250;
const FLOOD_P99_MS = 100;
const RENAME_BYTES_PER_S = 5e6;
const STRANGERS = 20;
const STRANGERS_LAST_MS = 15_000;
const STRANGERS_HELD_BYTES = 16 * 2 ** 20;
const CROWD_MEMBERS = 5_000;
const CROWD_FRAMES_PER_S = 5_000;

/** All of them, in the order of the report. */
export const ATTACKS: AttackCase[] = [
  withinLimits("ping"),
  withinLimits("publish"),
  withinLimits("join"),
  withinLimits("history"),
  withinLimits("resume"),
  withinLimits("ping", "publish", "join", "history", "resume"),
  flood("One socket sends pongs that nobody asked for", "pongs"),
  flood("One socket sends a message in fragments of one byte, without end", "fragments"),
  flood("One socket sends commands as fast as it can, and comes back when it is thrown out", "commands"),
  {
    title: "480 members rename themselves, 960 times a second together",
    attack: { kind: "renames", members: 480, perSecond: 960 },
    target: `out ≤ ${RENAME_BYTES_PER_S / 1e6} MB/s`,
    kept: ({ attackers }) => attackers.bytes / attackers.seconds <= RENAME_BYTES_PER_S,
  },
  {
    title: "The server stands still for 12 s while 20 people go on writing, 6 messages/s each",
    attack: { kind: "stall", clients: 20, perSecond: 6, stallMs: 12_000 },
    target: "closed 0",
    kept: ({ attackers }) => attackers.closed === 0,
  },
  {
    title: `A crowd of ${CROWD_MEMBERS.toLocaleString("en")}, of whom 19 come and go each second`,
    attack: { kind: "crowd", members: CROWD_MEMBERS, perSecond: 19 },
    target: `frames/s ≤ ${CROWD_FRAMES_PER_S.toLocaleString("en")}`,
    kept: ({ attackers }) => attackers.frames / attackers.seconds <= CROWD_FRAMES_PER_S,
  },
  ...Object.keys(ABUSES).map(strangers),
];

function withinLimits(...habits: Habit[]): AttackCase {
  return {
    title: `${SOCKETS} sockets within their limits: ${habits.join(", ")}`,
    attack: { kind: "habits", sockets: SOCKETS, habits },
    ...p99Under(WITHIN_LIMITS_P99_MS),
  };
}

function flood(title: string, flood: "pongs" | "fragments" | "commands"): AttackCase {
  return { title, attack: { kind: "flood", flood }, ...p99Under(FLOOD_P99_MS) };
}

/** What only `GUARD=on` promises to bound. */
function strangers(abuse: string): AttackCase {
  const { target, kept } = p99Under(FLOOD_P99_MS);
  return {
    title: `Each of ${STRANGERS} strangers ${abuse}`,
    attack: { kind: "strangers", peers: STRANGERS, abuse },
    target: `${target}, gone in ${STRANGERS_LAST_MS / 1000} s, held ≤ ${STRANGERS_HELD_BYTES / 2 ** 20} MiB`,
    kept: (outcome) =>
      kept(outcome) && (outcome.attackers.lastedMs ?? Infinity) <= STRANGERS_LAST_MS &&
      outcome.heldBytes <= STRANGERS_HELD_BYTES,
  };
}

function p99Under(mostMs: number): Pick<AttackCase, "target" | "kept"> {
  return {
    target: `p99 ≤ ${mostMs} ms`,
    kept: ({ victim: { latency, received, sent } }) => received === sent && latency.p99 <= mostMs,
  };
}
