/** The flags of the bench. @module */

import { WORKLOADS } from "./workloads.ts";

/** Benches of their own, by what `--only` calls them. Each is run alone. */
export const APART = ["attack", "postgres"] as const;

/** How the bench is called. */
export const USAGE = "deno task bench [--only attack|postgres|WORKLOAD,SERVER,…] [--quick] [--write FILE]";

/** The flags, but for `--write`: the page's part depends on them. */
export const BENCH_FLAGS = {
  only: { type: "names", known: [...APART, ...new Set(WORKLOADS.flatMap(({ name, servers }) => [name, ...servers]))] },
  quick: { type: "switch" },
} as const;
