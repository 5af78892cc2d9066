/** What the page may cost. @module */

/** A figure that has a budget. */
export interface Line {
  /** What is measured, and how. */
  what: string;
  unit: string;
  budget: number;
  /** Whether the figure must be at least as much. */
  atLeast?: true;
  /**
   * Whether the tests hold twice as much. The others say what a screen shows after so many milliseconds: beside other tests that is
   * the machine's load.
   */
  tested?: true;
}

/** The budget. */
export const BUDGET = {
  requests: { what: "First visit: requests until it is connected", unit: "", budget: 6 },
  bytes: { what: "First visit: bodies, brotli", unit: "KB", budget: 30 },
  paint: { what: "Slow 4G, CPU/4: first paint", unit: "s", budget: 0.5 },
  usable: { what: "Slow 4G, CPU/4: one can write", unit: "s", budget: 0.8 },
  online: { what: "Slow 4G, CPU/4: connected", unit: "s", budget: 1 },
  message: { what: "500 messages/s: main thread a message", unit: "ms", budget: 0.6, tested: true },
  frames: { what: "500 messages/s: frames per second", unit: "", budget: 55, atLeast: true },
  long: { what: "500 messages/s: long tasks in 10 s", unit: "", budget: 0 },
  typing: { what: "500 messages/s: from a key to its paint, 98th percentile", unit: "ms", budget: 100 },
  rows: { what: "10,000 messages: rows", unit: "", budget: 600, tested: true },
  heap: { what: "10,000 messages: JavaScript's heap", unit: "MB", budget: 8, tested: true },
  memory: { what: "10,000 messages: memory of the renderer (PSS)", unit: "MB", budget: 100, tested: true },
  own: { what: "Own message: from Enter to its paint, slowest of 20", unit: "ms", budget: 50 },
  room: { what: "Another room: from the press to its paint, slowest of 10", unit: "ms", budget: 100 },
  reactions: { what: "1,000 reactions to one message in 2 s: long tasks", unit: "", budget: 0 },
} as const satisfies Record<string, Line>;

/** The name of a figure. */
export type Name = keyof typeof BUDGET;

/** Those that were measured. */
export type Figures = Partial<Record<Name, number>>;

/** Whether a figure is within its budget. */
export function holds(name: Name, figure: number): boolean {
  const { budget, atLeast }: Line = BUDGET[name];
  return atLeast ? figure >= budget : figure <= budget;
}

/** The figures beside their budget, as a table of Markdown. */
export function tableOf(figures: Figures): string {
  const rows = (Object.entries(figures) as [Name, number][]).map(([name, figure]) => {
    const { what, unit, budget, atLeast }: Line = BUDGET[name];
    const shown = `${Number(figure.toPrecision(3))} ${unit}`.trim();
    return `| ${what} | ${shown} | ${atLeast ? "≥" : "≤"} ${`${budget} ${unit}`.trim()} | ${
      holds(name, figure) ? "yes" : "**no**"
    } |`;
  });
  return ["| what | measured | budget | holds |", "|---|---:|---:|---|", ...rows].join("\n");
}
