/**
 * Draws the run that belongs to a seed.
 *
 * @module
 */

import { FAIL_POINTS } from "../../../chat/base/fail_points.ts";
import { Random } from "../../lib/random.ts";
import { idOf, provenOf } from "../client/ids.ts";
import type { Act, ClientPlan, PlannedFault, Scenario } from "./scenario.ts";

const MISHAPS = ["miss a message", "get a message twice"] as const;
/** A page waits for each message's answer before it sends the next one of a room. */
const MOST_PAGE_SAYS = 40;
/** In one run of so many our own client is there as programs have it. */
const PROGRAMS_EACH = 8;
/** In one run of so many the servers tell each other who is there. */
const SHARED_EACH = 4;
/** Messages under way at most where the rate is limited. */
const POLITE_WINDOW = 8;

/** How much a run's clients say, change and ask, and how long their texts are. */
interface Traffic {
  says: readonly number[];
  changes: readonly number[];
  asks: readonly number[];
  filling: number;
}

const QUIET: Traffic = { says: [0, 1, 3], changes: [0, 2, 5], asks: [0, 0, 2], filling: 0 };
const USUAL: Traffic = { says: [0, 5, 15, 40], changes: [0, 5, 15, 40], asks: [0, 0, 3, 15], filling: 0 };
const HEAVY: Traffic = { says: [40, 80], changes: [0, 15, 40], asks: [3, 12], filling: 3_900 };
const TRAFFIC: readonly Traffic[] = [QUIET, QUIET, USUAL, USUAL, USUAL, USUAL, HEAVY];

/** As people do them, mostly reactions. */
const CHANGES: readonly Act["type"][] = [
  "react",
  "react",
  "react",
  "react",
  "edit",
  "edit",
  "edit",
  "reply",
  "reply",
  "delete",
  "change before it is acknowledged",
  "meddle",
];

type Theme = readonly PlannedFault["type"][];

const BURSTS = [
  { count: 3, filling: 0 },
  { count: 60, filling: 0 },
  { count: 150, filling: 0 },
  { count: 600, filling: 3_000 },
  { count: 1_100, filling: 0 },
];

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
/** As by a time server that sets it right, or a battery that is empty; the last is to 2099. */
const CLOCK_JUMPS_MS = [-500, 500, 60_000, -HOUR_MS, DAY_MS, -DAY_MS, 31 * DAY_MS, -31 * DAY_MS, 69 * 365 * DAY_MS];

const EVERYTHING: Theme = [
  "crash",
  "crash",
  "fail point",
  "fail point",
  "drain",
  "clock",
  "cut",
  "cut",
  "freeze",
  "half-open",
  "slow",
  "stall",
  "refuse",
  "lose answers",
  "lose hints",
  "late hints",
  "partition",
  "restore",
  "trim",
  "hole",
  "burst",
];

/** Faults that bring out the worst in each other: half of a run's faults are from one of these. */
const THEMES: readonly Theme[] = [
  EVERYTHING,
  ["restore", "cut", "burst", "stall", "lose answers"],
  ["slow", "burst", "freeze", "burst"],
  ["lose hints", "late hints", "burst", "partition"],
  ["trim", "hole", "partition", "lose hints", "burst", "stall", "lose answers"],
  ["fail point", "crash", "lose answers"],
  ["clock", "crash", "clock", "drain"],
  ["trim", "stall", "cut", "half-open", "burst", "slow"],
  ["hole", "hole", "cut", "freeze", "half-open", "partition", "burst"],
];

/** Makes up the run that belongs to a seed. */
export function scenarioOf(seed: number): Scenario {
  const random = new Random(`scenario ${seed}`);
  const embedded = random.chance(0.25);
  const horizonMs = random.pick([3_000, 8_000, 15_000]);
  const rooms = ["lobby", "kitchen", "attic"].slice(0, random.int(1, 3));
  // In a quiet run no later message mends what went wrong with an earlier one; in a heavy one queues fill.
  const traffic = random.pick(TRAFFIC);
  const scenario: Scenario = {
    seed,
    horizonMs,
    servers: embedded ? 1 : random.int(1, 3),
    storeMs: embedded ? 0 : random.pick([1, 5, 40]),
    readMs: embedded ? 0 : random.pick([0, 0, 0, 60, 600]),
    overtaking: random.chance(0.3),
    parts: random.chance(0.3),
    hints: { loss: random.pick([0, 0, 0.2]), delayMs: random.pick([2, 50, 300]) },
    linkMs: random.pick([1, 10, 60]),
    limitRate: random.chance(0.5),
    // Not drawn: so the others' runs stay as they are.
    hasPrograms: seed % PROGRAMS_EACH === PROGRAMS_EACH - 3,
    sharesPresence: seed % SHARED_EACH === 1,
    clients: [],
    faults: [],
  };
  const clients = random.int(2, 5);
  for (let index = 0; index < clients; index++) {
    const plan = planClient(random.fork(`client ${index}`), `c${index}`, rooms, horizonMs, traffic);
    // A client that may send 30 commands at once must not send 30 messages beside the rest: it would be closed for it, every time.
    if (scenario.limitRate) plan.window = Math.min(plan.window, POLITE_WINDOW);
    scenario.clients.push(plan);
  }
  const theme = random.pick(THEMES);
  // In half of the runs faults come close together: so they meet each other.
  const around = random.chance(0.5) ? random.between(300, horizonMs) : undefined;
  const faults = random.pick([0, 1, 2, 3, 5, 8, 12]);
  for (let index = 0; index < faults; index++) {
    scenario.faults.push(planFault(random.fork(`fault ${index}`), scenario, rooms, theme, around));
  }
  // What was trimmed or lost under an earlier epoch nobody can tell afterwards: so a run has one or the other.
  const restores = scenario.faults.some(({ type }) => type === "restore");
  if (restores) scenario.faults = scenario.faults.filter(({ type }) => type !== "trim" && type !== "hole");
  scenario.faults.sort((one, other) => one.at - other.at);
  return scenario;
}

function planClient(random: Random, name: string, rooms: string[], horizonMs: number, traffic: Traffic): ClientPlan {
  const dialect = random.chance(0.2) ? "plain" : "chat.v1";
  const joined = dialect === "plain"
    ? [random.pick(rooms)]
    : rooms.filter((_, index) => index === 0 || random.chance(0.6));
  const isPage = dialect === "chat.v1" && random.chance(0.35);
  const proven = dialect === "chat.v1" && (isPage || random.chance(0.8));
  const acts: Act[] = [];
  const says = Math.min(random.pick(traffic.says), isPage ? MOST_PAGE_SAYS : Infinity);
  for (let index = 0; index < says; index++) {
    // Sometimes several at once, so that they share a commit.
    const at = index > 0 && random.chance(0.3) ? acts.at(-1)!.at : Math.floor(random.between(0, horizonMs));
    acts.push({ at, room: random.pick(joined), type: "say" });
  }
  for (let index = random.pick(traffic.asks); index > 0; index--) {
    const isReading = random.chance(traffic.filling > 0 ? 0.5 : 0.4);
    const type = isReading ? random.pick(["ask history", "ask history", "ask who reacted"] as const) : "rejoin";
    acts.push({ at: Math.floor(random.between(0, horizonMs)), room: random.pick(joined), type });
  }
  for (let index = random.pick(traffic.changes); index > 0; index--) {
    const at = acts.length > 0 && random.chance(0.3) ? acts.at(-1)!.at : Math.floor(random.between(0, horizonMs));
    acts.push({ at, room: random.pick(joined), type: random.pick(CHANGES) });
  }
  for (let index = random.pick([0, 0, 0, 3]); index > 0; index--) {
    acts.push({ at: Math.floor(random.between(0, horizonMs)), room: random.pick(joined), type: "reuse nonce" });
  }
  if (isPage) acts.push(...planPage(random, joined, horizonMs));
  acts.sort((one, other) => one.at - other.at);
  return {
    name,
    ...proven ? provenOf(name) : { id: idOf(name) },
    dialect,
    isPage,
    changes: isPage || random.chance(0.8),
    rooms: joined,
    window: random.pick([1, 1, 8, 30]),
    startsAt: random.between(0, random.chance(0.25) ? horizonMs / 2 : 300),
    filling: traffic.filling,
    acts,
  };
}

/** What only somebody at a screen does. */
function planPage(random: Random, rooms: string[], horizonMs: number): Act[] {
  const acts: Act[] = [];
  const plan = (type: Act["type"]) => {
    acts.push({ at: Math.floor(random.between(0, horizonMs)), room: random.pick(rooms), type });
  };
  for (let index = random.pick([0, 0, 1, 3]); index > 0; index--) plan("reload");
  if (random.chance(0.1)) plan("open another tab instead");
  for (let index = random.pick([0, 0, 2]); index > 0; index--) plan("leave");
  for (let index = random.pick([0, 3]); index > 0; index--) plan("ask history");
  for (let index = random.pick([0, 0, 2]); index > 0; index--) plan(random.pick(MISHAPS));
  const left = acts.filter(({ type }) => type === "leave");
  return [
    ...acts,
    ...left.map(({ at, room }) => ({ at: at + random.int(0, 2_000), room, type: "come back" as const })),
  ];
}

function planFault(random: Random, scenario: Scenario, rooms: string[], theme: Theme, around?: number): PlannedFault {
  const { horizonMs, servers, storeMs, clients } = scenario;
  const at = Math.floor(around === undefined ? random.between(200, horizonMs) : around + random.between(0, 600));
  const server = random.int(0, servers - 1);
  const client = random.int(0, clients.length - 1);
  const ms = Math.floor(random.pick([50, 400, 2_500, 12_000]) * random.between(0.5, 1.5));
  const backAfterMs = random.pick([1, 100, 1_500]);
  const probability = random.pick([0.1, 0.5, 1]);
  const type = random.pick(random.chance(0.5) ? theme : EVERYTHING);
  switch (type) {
    case "crash":
      return { at, type, server, silently: random.chance(0.3), backAfterMs };
    case "fail point": {
      const point = random.pick(FAIL_POINTS);
      return { at, type, server, point, passes: random.int(0, 3), crash: random.chance(0.5), backAfterMs };
    }
    case "drain":
      return { at, type, server, backAfterMs };
    case "clock":
      return { at, type, server, byMs: random.pick(CLOCK_JUMPS_MS) };
    case "cut":
    case "half-open":
      return { at, type, client };
    case "freeze":
      return { at, type, client, ms };
    case "slow":
      return { at, type, client, bytesPerMs: random.pick([0.5, 20, 200]), ms: 3 * ms };
    case "stall":
      return { at, type, ms };
    case "refuse":
    case "lose answers":
      return { at, type, probability, ms };
    case "lose hints":
    case "late hints":
    case "partition":
      if (storeMs === 0) return { at, type: "stall", ms };
      if (type === "partition") return { at, type, server, ms };
      return type === "lose hints"
        ? { at, type, probability, ms: 2 * ms }
        : { at, type, delayMs: random.pick([50, 500, 3_000]), ms: 2 * ms };
    case "restore":
      return { at, type, from: random.chance(0.4) ? 0 : Math.floor(random.between(1, at)) };
    case "hole":
      return {
        at,
        type,
        room: random.pick(rooms),
        count: random.pick([1, 20, 200]),
        newer: random.pick([0, 1, 5, 120]),
      };
    case "trim":
      return { at, type, keep: random.pick([0, 5, 60]), keepChanges: random.pick([0, 5, 60, 1e6]) };
    case "burst":
      return { at, type, room: random.pick(rooms), ...random.pick(BURSTS) };
  }
}
