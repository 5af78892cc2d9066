/** Bugs by which one of the doors does not ask who may what, or forgets what it was told. @module */

import { inTest, type Mutant } from "./mutant.ts";

const FUZZ = "tests/policy/fuzz_test.ts";
const WHOEVER = "whoever does whatever";
const SIMULATED = "tests/proof/sim/owned/owned_test.ts";
const ACCESS = "chat/room/access.ts";

export const IN_DOORS: readonly Mutant[] = [
  inTest(
    SIMULATED,
    "nobody who is sent out",
    "somebody is sent out only by the process that did it",
    [ACCESS, `policy: RoomPolicy = new RoomPolicy();`, `policy: RoomPolicy = new RoomPolicy(); acted = new Set();`],
    [
      ACCESS,
      `for (const membership of this.#parts.memberships()) {
      // It came in`,
      `if (!this.acted.has(event.nonce)) return;
    for (const membership of this.#parts.memberships()) {
      // It came in`,
    ],
    [
      "chat/commands/append.ts",
      `return store(chat, caller, asked, access.condition(caller.session, invite));`,
      `return access.acted.add(asked.event.nonce), store(chat, caller, asked, access.condition(caller.session, invite));`,
    ],
  ),
  inTest("tests/policy/permit_test.ts", "that is locked", "a guest reacts in a locked room", [
    "chat/policy/permit.ts",
    `if (action === "publish" || action === "react") return mayWrite(`,
    `if (action === "react") return undefined;
  if (action === "publish") return mayWrite(`,
  ]),
  inTest(FUZZ, WHOEVER, "nobody is asked for a message whether its author may write", [
    "chat/commands/messages.ts",
    `permit: (access) => access.permit(caller.session, "publish"),`,
    ``,
  ]),
  inTest(FUZZ, WHOEVER, "nobody is asked for a change whether its author may write", [
    "chat/commands/changes.ts",
    `permit: (access) => access.permit(caller.session, kind),`,
    ``,
  ]),
  inTest(FUZZ, WHOEVER, "anybody sets a room up", [
    "chat/commands/room_changes.ts",
    `return access.permit(caller.session, "settings") ??`,
    `return`,
  ]),
  inTest(FUZZ, WHOEVER, "anybody gives places", [
    "chat/commands/room_changes.ts",
    `...place },
      permit,`,
    `...place },`,
  ]),
  inTest(FUZZ, WHOEVER, "a plain client is let into any room", [
    "chat/commands/rooms.ts",
    `if (hidden !== undefined) return void`,
    `if (hidden !== undefined && caller.outbox.dialect.hasReplies) return void`,
  ], [
    "chat/room/room.ts",
    `const denial = this.mayRead(connection);
    if (denial === undefined) this.#letIn(`,
    `const denial = undefined;
    if (denial === undefined) this.#letIn(`,
  ]),
];
