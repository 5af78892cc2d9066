/** The flags of the bench. @module */

import { WORKLOADS } from "./workloads.ts";

/** What `--only` calls the attacks. */
export const ATTACK = "attack";

/** How the bench is called. */
export const USAGE = "deno task bench [--only attack|WORKLOAD,SERVER,…] [--quick] [--write FILE]";

/** The flags, but for `--write`: the page's part depends on them. */
export const BENCH_FLAGS = {
  only: { type: "names", known: [ATTACK, ...new Set(WORKLOADS.flatMap(({ name, servers }) => [name, ...servers]))] },
  quick: { type: "switch" },
} as const;
