/** Bugs in rooms of two people, and in what people are told of their places. @module */

import { inTest, type Mutant } from "./mutant.ts";

const TEST = "tests/commands/direct_test.ts";
const DIRECT = "chat/commands/direct.ts";
const PLACES = "chat/commands/places.ts";

export const IN_DIRECT: readonly Mutant[] = [
  inTest(TEST, "nobody else comes into it", "the operator reads what two people write to each other", [
    "chat/policy/room_policy.ts",
    ` && this.settings.visibility !== "private"`,
    ``,
  ]),
  inTest(TEST, "two people have one room", "two people have a room for each who asks", [DIRECT, `.sort() as`, ` as`]),
  inTest(TEST, "in another store", "outsiders can tell whose room one of two is by its name", [
    "chat/stores/sqlite/store.ts",
    `return secretFor(row, this.#serverRun.fingerprintKey);`,
    `return secretFor(row, new Uint8Array(32));`,
  ]),
  inTest(TEST, "the other one learns of it", "somebody is told of a room of two before there is anything to read", [
    "chat/stores/sqlite/listing.ts",
    "role NOT IN ('banned', 'waiting')",
    "role NOT IN ('banned')",
  ]),
  inTest(TEST, "the other one learns of it", "the first message of a room of two is told to nobody", [
    PLACES,
    `seq === policy + 1`,
    `seq === policy`,
  ]),
  inTest(TEST, "one of the two may leave it", "somebody who comes back to a room of two brings the other one along", [
    DIRECT,
    `version === 0`,
    `version >= 0`,
  ]),
  inTest(TEST, "does not come back by asking", "somebody who is banned comes back by asking again", [
    DIRECT,
    `if (role === "banned")`,
    `if (role === "owner")`,
  ]),
  inTest(TEST, "whose token names its rooms", "somebody is told of a room that its token is not for", [
    PLACES,
    `isGranted(client.session.grants, room, "read")`,
    `isGranted(undefined, room, "read")`,
  ]),
  inTest(TEST, "nobody begins to talk with everybody", "a stranger begins to talk with everybody", [
    DIRECT,
    `quota?.directMs(id, network)`,
    `quota?.inviteMs(\`\${id} \${room}\`)`,
  ]),
  inTest(TEST, "nobody makes everybody a member", "a stranger makes everybody a member of rooms", [
    "chat/commands/room_changes.ts",
    `const retryAfterMs = isNew ?`,
    `const retryAfterMs = !isNew ?`,
  ]),
  inTest(TEST, "a stranger cannot flood", "a stranger tells somebody of a place without end", [
    PLACES,
    `(quota?.placeMs(id) ?? 0) > 0`,
    `(quota?.placeMs(id) ?? 0) < 0`,
  ]),
];
