/**
 * Turns measurements into tables: Markdown, which reads as well on a terminal once its columns are aligned.
 *
 * @module
 */

import type { Latency, LoadResult } from "./load/spec.ts";
import type { Measurement } from "./measure.ts";
import type { Kind } from "./workloads.ts";

/** The generator is so busy that what is slow may be the generator. */
const GENERATOR_BUSY = 0.9;
/** Other processes took so much of the machine, in cores, that the figures are not to be trusted. */
const OTHERS_BUSY = 0.15;

/** One table of text cells; the first row is its head. */
export type Table = string[][];

/** All measurements of one workload as a table; ours first, the others compared with it. */
export function tableOf(kind: Kind, measurements: Measurement[]): Table {
  const { head, cells } = COLUMNS[kind];
  const ours = measurements.find(({ server }) => server.name === "ours");
  return [
    ["server", ...head],
    ...measurements.map((one) => [
      one.server.title,
      ...(one.failed === undefined ? cells(one, ours) : [one.failed, ...head.slice(1).map(() => "–")]),
    ]),
  ];
}

/** Whether other programs took so much of the machine meanwhile that a measurement proves nothing. */
export function disturbed({ load }: Measurement): boolean {
  return load !== undefined && load.othersBusy > OTHERS_BUSY;
}

/** Why a measurement should not be quoted; undefined if nothing speaks against it. */
export function caveat(measurement: Measurement): string | undefined {
  const { load } = measurement;
  if (load === undefined) return undefined;
  if (disturbed(measurement)) return `other programs took ${load.othersBusy.toFixed(2)} cores meanwhile`;
  if (load.expected > 0 && load.generatorBusy >= GENERATOR_BUSY) {
    return `the load generator's core was ${
      percent(load.generatorBusy)
    } busy: its latencies are not the server's alone, so not shown`;
  }
  return undefined;
}

/** CPU time of the server for each delivery: microseconds; undefined if nothing was delivered. */
export function cpuPerDelivery(load: LoadResult | undefined): number | undefined {
  return load === undefined || load.received === 0 ? undefined : load.server.cpuMicros / load.received;
}

/** Aligned Markdown. */
export function markdown(table: Table): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => [...row[column]!].length)));
  const line = (row: string[]) => `| ${row.map((cell, column) => pad(cell, widths[column]!, column)).join(" | ")} |`;
  const rule = `|${
    widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : "-".repeat(width + 1) + ":")).join("|")
  }|`;
  const [head, ...rows] = table.map(line);
  return [head, rule, ...rows].join("\n");
}

interface Columns {
  head: string[];
  cells(one: Measurement, ours: Measurement | undefined): string[];
}

const COLUMNS: Record<Kind, Columns> = {
  "fan-out": {
    head: [
      "delivered",
      "CPU µs per delivery",
      "ours/its",
      "p50 ms",
      "p99 ms",
      "max ms",
      "messages per frame",
      "bytes per delivery",
      "RSS MB",
      "ack p50 ms",
      "ack p99 ms",
      "core busy",
      "disk busy",
      "disk sync ms",
    ],
    cells: ({ load, syncMs }, ours) => {
      const { latency, ackLatency, delivered, expected, received, frames, bytes, server, generatorBusy } = load!;
      const cost = cpuPerDelivery(load);
      const ourCost = cpuPerDelivery(ours?.load);
      const unknown = delivered === 0 || generatorBusy >= GENERATOR_BUSY;
      const shown = (latency: Latency | undefined, ...which: (keyof Latency)[]) =>
        which.map((one) => unknown || latency === undefined ? "–" : latency[one].toFixed(1));
      return [
        percent(delivered / expected),
        cost?.toFixed(2) ?? "–",
        cost === undefined || ourCost === undefined ? "–" : (ourCost / cost).toFixed(2),
        ...shown(latency, "p50", "p99", "max"),
        frames === 0 ? "–" : (received / frames).toFixed(1),
        received === 0 ? "–" : (bytes / received).toFixed(0),
        megabytes(server.peakRss),
        ...shown(ackLatency, "p50", "p99"),
        percent(server.cpuMicros / 1e6 / load!.seconds),
        load!.diskBusy === undefined ? "–" : percent(load!.diskBusy),
        syncMs?.toFixed(2) ?? "–",
      ];
    },
  },
  "idle": {
    head: ["RSS MB", "kB per connection", "ours/its", "all connected after s"],
    cells: ({ load, workload }, ours) => [
      megabytes(load!.server.peakRss),
      (load!.server.peakRss / 1e3 / workload.spec.members!).toFixed(1),
      ours?.load === undefined ? "–" : (ours.load.server.peakRss / load!.server.peakRss).toFixed(2),
      seconds(load!.connectMs),
    ],
  },
  "connect storm": {
    head: ["all in their room after s", "lost", "ours/its"],
    cells: ({ load }, ours) => [
      seconds(load!.connectMs),
      String(load!.lost),
      ours?.load === undefined ? "–" : (ours.load.connectMs / load!.connectMs).toFixed(2),
    ],
  },
  "resume storm": {
    head: ["all back after s", "told they have everything", "refused", "messages replayed"],
    cells: ({ resume }) => [
      seconds(resume!.resumeMs),
      `${resume!.recovered} of ${resume!.clients}`,
      String(resume!.refused),
      `${resume!.replayed} of ${resume!.missed}`,
    ],
  },
  "stuck reader": {
    head: ["the others' p99 ms", "max ms", "delivered to them", "gone after s", "RSS MB before", "at most", "after"],
    cells: ({ stuck }) => {
      const { latency, delivered, expected, goneAfterMs, rssBefore, rssPeak, rssAfter } = stuck!;
      return [
        latency.p99.toFixed(1),
        latency.max.toFixed(1),
        percent(delivered / expected),
        goneAfterMs === undefined ? "not seen" : seconds(goneAfterMs),
        ...[rssBefore, rssPeak, rssAfter].map(megabytes),
      ];
    },
  },
};

function pad(cell: string, width: number, column: number): string {
  const space = " ".repeat(width - [...cell].length);
  return column === 0 ? cell + space : space + cell;
}

function percent(share: number): string {
  // Never rounded up to everything.
  return share === 1 ? "100 %" : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
