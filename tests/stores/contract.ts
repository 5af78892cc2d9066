/**
 * What every store must do, through the log that is made of it: each family of cases is a file of `contract/`. Written once;
 * `memory_test.ts` and its neighbours run it.
 *
 * @module
 */

import { testWith, type ToolName } from "../lib/tools.ts";
import { type StorePlace, Tested } from "./place.ts";
import { APPENDING } from "./contract/appending.ts";
import { BOT_CASES } from "./contract/bots.ts";
import type { Need } from "./contract/case.ts";
import { CHANGES } from "./contract/changes.ts";
import { DIRECTORY } from "./contract/directory.ts";
import { FOLLOWING } from "./contract/following.ts";
import { IDENTITIES } from "./contract/identities.ts";
import { INVITES } from "./contract/invites.ts";
import { NONCES } from "./contract/nonces.ts";
import { OPENING } from "./contract/opening.ts";
import { READING } from "./contract/reading.ts";
import { REPORTS } from "./contract/reports.ts";
import { RETENTION } from "./contract/retention.ts";
import { SHARING } from "./contract/sharing.ts";
import { TERMS } from "./contract/terms.ts";

// deno-fmt-ignore
const CASES = [
  ...APPENDING, ...CHANGES, ...NONCES, ...READING, ...DIRECTORY, ...IDENTITIES, ...BOT_CASES, ...INVITES, ...REPORTS, ...RETENTION, ...FOLLOWING, ...OPENING, ...SHARING, ...TERMS,
];

/** A kind of store. */
export interface Kind {
  /** Begins the tests' names. */
  name: string;
  /** What it needs of the machine. */
  needs?: ToolName;
  /** Whether data outlive the store object. */
  persistent: boolean;
  /** Whether several may be open on the same data at once. */
  shared: boolean;
  /** Whether messages are kept by days as well. Default: they are. */
  days?: boolean;
  /** Whether it can list its rooms. Default: it cannot. */
  lists?: boolean;
  /** Makes room for a store with nothing in it. */
  begin(): Promise<StorePlace>;
}

/** Registers the tests for a kind of store. */
export function testContract(kind: Kind): void {
  for (const [name, run, needed = ""] of CASES) {
    const needs = needed.split(" ").filter((need) => need !== "") as Need[];
    const has = {
      persistent: kind.persistent,
      shared: kind.shared,
      days: kind.days ?? true,
      lists: kind.lists ?? false,
    };
    if (!needs.every((need) => has[need])) continue;
    testWith(kind.needs ?? [], {
      name: `${kind.name}: ${name}`,
      async fn() {
        await using place = await kind.begin();
        await using tested = new Tested(place, kind.persistent);
        await run(tested);
      },
    });
  }
}
