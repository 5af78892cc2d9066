/** What came of several servers under one storm, as a table in Markdown that a terminal shows well, too. @module */

import type { PeerOutcome } from "./run_peer.ts";

const COLUMNS = ["", "sent", "shown to", "ok", "lost", "twice", "killed", "network faults"];

/** The table. */
export function peerTable(outcomes: PeerOutcome[]): string {
  const rows = outcomes.map((each) => [
    each.title,
    ...[each.sent, each.clients, each.ok, each.lost, each.twice, each.kills, each.networkFaults].map((count) =>
      count.toLocaleString("en")
    ),
  ]);
  const widths = COLUMNS.map((name, column) =>
    Math.max(...[name, ...rows.map((row) => row[column]!)].map((text) => text.length))
  );
  const line = (cells: string[]) =>
    `| ${
      cells.map((text, column) => column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!)).join(" | ")
    } |`;
  const rule = `|${widths.map((width, column) => `${"-".repeat(width + 1)}${column === 0 ? "-" : ":"}`).join("|")}|`;
  return [line(COLUMNS), rule, ...rows.map(line)].join("\n");
}
