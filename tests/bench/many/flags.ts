/** The flags of the bench of many processes. @module */

/** How it is called. */
export const USAGE =
  "deno task bench:many [--processes 100] [--rooms 50] [--seconds 20] [--commits 5] [--typing 5] [--write FILE]";

/** The flags, but for `--write`. Commits and typing are a second, over all processes. */
export const MANY_FLAGS = {
  processes: { type: "number", min: 2, max: 200, whole: true, default: 100 },
  rooms: { type: "number", min: 1, max: 10_000, whole: true, default: 50 },
  seconds: { type: "number", min: 1, max: 600, default: 20 },
  commits: { type: "number", min: 0, max: 1_000, default: 5 },
  typing: { type: "number", min: 0, max: 1_000, default: 5 },
} as const;
