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
      `return appendAndTell(chat, caller, asked, condition);`,
      `return access.acted.add(asked.event.nonce), appendAndTell(chat, caller, asked, condition);`,
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
  inTest(FUZZ, WHOEVER, "somebody who only looks into a room is let into any", [
    "chat/commands/rooms.ts",
    `if (hidden !== undefined) return void`,
    `if (hidden !== undefined && mayCome === mayEnter) return void`,
  ], [
    "chat/room/room.ts",
    `if (this.#visitors.has(connection)) return this.mayRead(connection);`,
    `if (this.#visitors.has(connection)) return undefined;`,
  ], [
    "chat/room/room.ts",
    `const denial = this.denialOf(connection) ?? this.mayRead(connection);`,
    `const denial = this.denialOf(connection);`,
  ]),
  inTest("tests/http/v1/origins_test.ts", "writes nothing", "a page of any site writes in the name of its visitor", [
    "chat/http/v1/respond.ts",
    `if (!isRead(asked) && !isFromAdmittedPage(asked, options)) {`,
    `if (asked.method === "OPTIONS" && !isFromAdmittedPage(asked, options)) {`,
  ]),
  inTest("tests/http/v1/messages_test.ts", "same idempotency key", "what is sent again by HTTP is stored again", [
    "chat/http/v1/ask.ts",
    `return key === null ? crypto.randomUUID()`,
    `return key !== "" ? crypto.randomUUID()`,
  ]),
  inTest("tests/http/v1/rates_test.ts", "whatever ids it uses", "each request has rates of its own", [
    "chat/socket/visitor.ts",
    `const who = session.proven ? session.id : session.network;`,
    `const who = session.label;`,
  ]),
  inTest("tests/http/v1/who_test.ts", "called back", "an id that was called back goes on by HTTP", [
    "chat/commands/session.ts",
    `if (standing?.revoked) return`,
    `if (standing?.revoked && outbox.constructor.name === "Outbox") return`,
  ]),
];
