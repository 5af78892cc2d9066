/**
 * The figures that Switchboard means to reach, held against a run.
 *
 * @module
 */

import type { Measurement } from "./measure.ts";
import { cpuPerDelivery, type Table } from "./report.ts";

/** What a target came to: the figure as text, and whether it was reached. */
interface Outcome {
  figure: string;
  reached: boolean;
}

interface Target {
  title: string;
  /** @returns undefined where the run does not tell */
  judge(find: Find): Outcome | undefined;
}

type Find = (workload: string, server?: string) => Measurement | undefined;

const MS_P99 = 25;
const DELIVERY_BYTES = 200;
const IDLE_BYTES = 300e6;
const GONE_MS = 15_000;
const RSS_BACK_BYTES = 8e6;
const RESUME_MS = 5_000;

const TARGETS: Target[] = [
  ratio("100 messages/s to 1,000: CPU per delivery at most 1.2 × µWebSockets'", "room1000@100", 1.2),
  ratio("400 messages/s to 1,000: CPU per delivery at most 0.4 × µWebSockets'", "room1000@400", 0.4),
  ratio(
    "400 messages/s to 1,000: CPU per delivery at most 1.1 × the bare batching loop's",
    "room1000@400",
    1.1,
    "batching",
  ),
  ...smallRooms("rooms200", 1.5, { p50: 1.5, p99: 10 }),
  ...smallRooms("rooms", 1.8, { p50: 10, p99: 40 }),
  {
    title: "2,000 messages/s to 1,000: CPU per delivery at most 0.1 × µWebSockets' best while it delivers everything",
    judge: (find) => {
      const ours = cpuPerDelivery(find("room1000@2000")?.load);
      const theirs = [100, 400, 2_000].map((rate) => find(`room1000@${rate}`, "uws")?.load)
        .filter((load) => load?.delivered === load?.expected)
        .map(cpuPerDelivery).filter((cost) => cost !== undefined);
      if (ours === undefined || theirs.length === 0) return;
      return atMost(ours / Math.min(...theirs), 0.1, (value) => `${value.toFixed(2)} ×`);
    },
  },
  ...["room1000@100", "room1000@400", "room1000@2000"].map((name): Target => ({
    title: `${name}: everything delivered, p99 under ${MS_P99} ms`,
    judge: (find) => {
      const load = find(name)?.load;
      if (load === undefined) return;
      const { delivered, expected, latency: { p99 } } = load;
      return {
        figure: `${delivered} of ${expected}, ${p99.toFixed(1)} ms`,
        reached: delivered === expected && p99 < MS_P99,
      };
    },
  })),
  {
    title: `400 reactions/s to one message: p99 at most ${MS_P99} ms, ${DELIVERY_BYTES} bytes a delivery`,
    judge: (find) => {
      const load = find("reactions1000@400")?.load;
      if (load === undefined) return;
      const { delivered, expected, received, bytes, latency: { p99 } } = load;
      return {
        figure: `${delivered} of ${expected}, ${p99.toFixed(1)} ms, ${(bytes / received).toFixed(0)} bytes`,
        reached: delivered === expected && p99 <= MS_P99 && bytes <= received * DELIVERY_BYTES,
      };
    },
  },
  {
    title: "20 messages/s: CPU per delivery flat or falling from 100 to 1,000 to 10,000 members",
    judge: (find) => {
      const costs = [100, 1_000, 10_000].map((members) => cpuPerDelivery(find(`room${members}@20`)?.load));
      if (!costs.every((cost) => cost !== undefined)) return;
      // A tenth is within what two runs of the same thing differ by.
      const reached = costs.every((cost, index) => index === 0 || cost <= costs[index - 1]! * 1.1);
      return { figure: costs.map((cost) => cost.toFixed(2)).join(" → ") + " µs", reached };
    },
  },
  {
    title: `10,000 idle connections under ${IDLE_BYTES / 1e6} MB`,
    judge: (find) => {
      const load = find("idle10000")?.load;
      return load && atMost(load.server.peakRss, IDLE_BYTES, (bytes) => `${(bytes / 1e6).toFixed(0)} MB`);
    },
  },
  {
    title: `5,000 clients have resumed within ${RESUME_MS / 1000} s, nobody refused, nothing missed`,
    judge: (find) => {
      const resume = find("resume5000")?.resume;
      if (resume === undefined) return;
      const whole = resume.recovered === resume.clients && resume.refused === 0 && resume.replayed === resume.missed;
      const { figure, reached } = atMost(resume.resumeMs, RESUME_MS, (ms) => `${(ms / 1000).toFixed(2)} s`);
      return { figure, reached: reached && whole };
    },
  },
  {
    title: `A member that reads nothing is gone within ${GONE_MS / 1000} s, memory back within ${
      RSS_BACK_BYTES / 1e6
    } MB`,
    judge: (find) => {
      const stuck = find("stuck")?.stuck;
      if (stuck === undefined) return;
      const { goneAfterMs = Infinity, rssAfter, rssBefore } = stuck;
      const growth = rssAfter - rssBefore;
      return {
        figure: `${(goneAfterMs / 1000).toFixed(1)} s, ${(growth / 1e6).toFixed(1)} MB more`,
        reached: goneAfterMs <= GONE_MS && growth <= RSS_BACK_BYTES,
      };
    },
  },
];

/** What a run says about each target that it can judge. */
export function judgeTargets(measurements: Measurement[]): Table {
  const find: Find = (workload, server = "ours") =>
    measurements.find((one) => one.workload.name === workload && one.server.name === server);
  const rows = TARGETS.map(({ title, judge }) => {
    const outcome = judge(find);
    return outcome === undefined ? undefined : [title, outcome.figure, outcome.reached ? "yes" : "no"];
  });
  return [["target", "this run", "reached"], ...rows.filter((row) => row !== undefined)];
}

/** What many small rooms may cost beside the naive loop, and how long their messages may take: in milliseconds. */
function smallRooms(workload: string, most: number, within: { p50: number; p99: number }): Target[] {
  return [
    ratio(`${workload}: CPU per delivery at most ${most} × the naive loop's`, workload, most, "naive"),
    {
      title: `${workload}: everything delivered, p50 at most ${within.p50} ms, p99 at most ${within.p99} ms`,
      judge: (find) => {
        const load = find(workload)?.load;
        if (load === undefined) return;
        const { delivered, expected, latency: { p50, p99 } } = load;
        return {
          figure: `${delivered} of ${expected}, ${p50.toFixed(1)} and ${p99.toFixed(1)} ms`,
          reached: delivered === expected && p50 <= within.p50 && p99 <= within.p99,
        };
      },
    },
  ];
}

function ratio(title: string, workload: string, most: number, peer = "uws"): Target {
  return {
    title,
    judge: (find) => {
      const ours = cpuPerDelivery(find(workload)?.load);
      const theirs = cpuPerDelivery(find(workload, peer)?.load);
      if (ours === undefined || theirs === undefined) return;
      return atMost(ours / theirs, most, (value) => `${value.toFixed(2)} ×`);
    },
  };
}

function atMost(value: number, most: number, show: (value: number) => string): Outcome {
  return { figure: show(value), reached: value <= most };
}
