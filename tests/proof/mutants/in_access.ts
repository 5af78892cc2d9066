/** Bugs in who may do what, and in what is left of it when a room changes. @module */

import { inTest, type Mutant } from "./mutant.ts";

const TEST = "tests/commands/room_changes_test.ts";
const INVITES = "tests/commands/invites_test.ts";
const REPORTS = "tests/commands/reports_test.ts";
const PURGE = "tests/commands/purge_test.ts";
const DESTROY = "tests/commands/destroy_test.ts";
const ADMIN = "tests/tools/admin_test.ts";
const IDENTITIES = "tests/commands/identities_test.ts";
const TABLE = "tests/policy/permit_test.ts";
const ACCESS = "chat/room/access.ts";
const CATCH_UP = "chat/room/catch_up.ts";
const ABOUT = "chat/stores/sqlite/about.ts";
const LISTING = "chat/stores/sqlite/listing.ts";
const DIRECTORY = "tests/stores/sqlite/store_test.ts";
const PERMIT = "chat/policy/permit.ts";

const SIMULATED = "tests/proof/sim/owned/owned_test.ts";

export const IN_ACCESS: readonly Mutant[] = [
  inTest(TEST, "stays shut to OWNERS", "the operator reads a private room whose last owner has gone", [
    "chat/policy/room_policy.ts",
    ` && this.settings.visibility !== "private"`,
    ``,
  ]),
  inTest(INVITES, "does not close under", "a room closes under somebody who comes in by an invitation", [
    "chat/commands/invites.ts",
    `await open.keepOpen(() => access.refresh());`,
    `await open.opened.then(() => access.refresh());`,
  ]),
  inTest(IDENTITIES, "an id that is called back", "a key that was called back is let in after a restart", [
    "chat/commands/session.ts",
    `if (standing?.revoked) return`,
    `if (standing?.revoked && clients.has(session.id)) return`,
  ]),
  inTest(IDENTITIES, "is closed in plain text as well", "an id that is called back goes on in plain text", [
    "chat/commands/rooms.ts",
    `chat.clients.add(caller);`,
    ``,
  ]),
  inTest(
    IDENTITIES,
    "by the word of a proxy",
    "somebody whom a proxy names is let in under an id that was called back",
    [
      "chat/commands/rooms.ts",
      `if (proven && (await`,
      `if (!proven && (await`,
    ],
  ),
  inTest(ADMIN, "an id that was called back", "a backup of before lets in an id that was called back", [
    "chat/stores/sqlite/identities.ts",
    `ledger?.note({ revoked: id, next });`,
    ``,
  ]),
  inTest(IDENTITIES, "of fifty who open", "a claim is used twice", [
    "chat/stores/sqlite/statements.ts",
    `WHERE claim = ?2 AND coalesce(claimed_by, ?1) = ?1`,
    `WHERE claim = ?2`,
  ]),
  inTest(
    "tests/room/access_test.ts",
    "a private room stays so",
    "what a room became while it was opened hides what it was before",
    [
      ACCESS,
      `if (this.#early === undefined) this.#take`,
      `if (this.policy.version >= 0) this.#take`,
    ],
  ),
  inTest(SIMULATED, "nobody who is sent out", "an event is allowed by an older policy than the room's", [
    "chat/stores/answers.ts",
    `condition.policy !== policy ?`,
    `condition.policy > policy ?`,
  ]),
  inTest(SIMULATED, "nobody who is sent out", "somebody who was kicked writes on until it is told", [
    "chat/commands/append.ts",
    `(invite === undefined ? open.denialOf(caller) : undefined) ?? permit?.(access)`,
    `permit?.(access)`,
  ]),
  inTest(TEST, "what was allowed before", "an event is stored by what its room no longer is", [
    "chat/stores/answers.ts",
    `condition !== undefined && condition.policy !== policy`,
    `condition !== undefined && condition.policy > policy`,
  ]),
  inTest(TEST, "the same create", "a room is made twice", [
    "chat/stores/answers.ts",
    `if (condition?.first && head > 0)`,
    `if (condition?.first && head > 9)`,
  ]),
  inTest(TEST, "somebody who is sent out", "a member that is sent out goes on reading", [
    ACCESS,
    `if (denial !== undefined || isKicked) {`,
    `if (denial !== undefined && isKicked) {`,
  ]),
  inTest(TEST, "read late", "a member that is sent out is not sent what came before", [
    CATCH_UP,
    `if (membership.end === undefined || membership.cursor < membership.end.seq) return false;`,
    `if (membership.end === undefined) return false;`,
  ]),
  inTest(TEST, "read late", "catching up does not end where somebody was sent out", [
    CATCH_UP,
    `event.seq > last || head > last &&`,
    `last < 0 &&`,
  ]),
  inTest(TEST, "read late", "what is read under an older policy is not decided again", [
    ACCESS,
    `if (version === undefined || version <= this.policy.version) return;`,
    `if (version !== 0) return;`,
  ]),
  inTest(TEST, "a kick ends", "a kick forbids nothing and ends nothing", [
    ACCESS,
    `this.#look(membership, event.seq, event.kick);`,
    `this.#look(membership, event.seq);`,
  ]),
  inTest(TEST, "a moderator deletes", "a moderator deletes what owners wrote", [
    PERMIT,
    `return rank >= RANKS.moderator && rank > RANKS[policy.roleOf(author, now)];`,
    `return rank >= RANKS.moderator;`,
  ]),
  inTest(TEST, "a hidden room and one that is not there", "a room that is not there is opened by its secret name", [
    ACCESS,
    `if (this.policy.version === 0 && isReservedRoom(this.#parts.name)) return { code: "no_access" };`,
    ``,
  ]),
  inTest(TEST, "a hidden room is in no stranger's list", "hidden rooms are listed", [
    "chat/stores/places.ts",
    `visibility !== undefined && visibility !== "public"`,
    `visibility !== undefined && visibility === "public"`,
  ]),
  inTest(DIRECTORY, "those who have a place in it", "a private room is listed for somebody who is banned from it", [
    LISTING,
    `"role NOT IN ('banned', `,
    `"role NOT IN ('guest', `,
  ]),
  inTest(DIRECTORY, "those who have a place in it", "a private room is listed for everybody", [
    LISTING,
    `FROM places WHERE member = ?4 AND given`,
    `FROM places WHERE ?4 <> 'x' AND given`,
  ]),
  inTest(
    "tests/commands/direct_test.ts",
    "strangers who begin rooms",
    "rooms of two in which nobody wrote push others out of the list",
    [
      ABOUT,
      `if (messageCount === 0) db`,
      `if (messageCount < 0) db`,
    ],
  ),
  inTest("tests/commands/direct_test.ts", "strangers who bring", "rooms that others brought one into push others out", [
    ABOUT,
    `member === change.id ? 0 : 1`,
    `0`,
  ]),
  inTest(
    "tests/commands/direct_test.ts",
    "strangers who bring",
    "a room in which one writes counts as another's doing",
    [
      "chat/stores/sqlite/append.ts",
      `if (room.policy > 0) db`,
      `if (room.policy < 0) db`,
    ],
  ),
  inTest(
    "tests/commands/erase_test.ts",
    "while the other one leaves",
    "an owner who is erased leaves a room to nobody",
    [
      "chat/commands/erase.ts",
      `nonce, onPart, true)`,
      `nonce, onPart, false)`,
    ],
  ),
  inTest(
    DIRECTORY,
    "is not listed for somebody who is banned",
    "a public room is listed for somebody who is banned from it",
    [
      LISTING,
      `"coalesce(role = 'banned' AND coalesce(until_ms > ?5, 1), 0)"`,
      `"coalesce(role = 'banned' AND until_ms > ?5, 0)"`,
    ],
  ),
  inTest(DIRECTORY, "how many belong to it", "a room stays somebody's own after the place was given up", [
    ABOUT,
    `if (role === "guest") db`,
    `if (role === "none") db`,
  ]),
  inTest(
    "tests/stores/sqlite/directory_test.ts",
    "what each change keeps",
    "an older file keeps a role that was taken since",
    [
      "chat/stores/sqlite/format_10.ts",
      `ORDER BY seq DESC) AS place`,
      `ORDER BY seq) AS place`,
    ],
  ),
  inTest(TABLE, "in a private room", "a banned id is told that a private room is there", [
    PERMIT,
    `if (isHidden) return { code: "no_access" };`,
    `if (isHidden && role !== "banned") return { code: "no_access" };`,
  ]),
  inTest(TABLE, "in a public room", "an id that anybody may use has the role of its name", [
    PERMIT,
    `if (!proven) return "guest";`,
    ``,
  ]),
  inTest(TABLE, "the last owner", "the last owner may leave", [
    PERMIT,
    `role === "owner" && policy.owners.length === 1`,
    `role === "owner" && policy.owners.length === 0`,
  ]),
  inTest(TABLE, "gives", "a moderator gives its own role to others", [
    PERMIT,
    `!(isOwner || gives < RANKS[role])`,
    `!(isOwner || gives <= RANKS[role])`,
  ]),
  inTest(INVITES, "exactly as many come in", "an invitation is counted outside the transaction", [
    "chat/stores/sqlite/append.ts",
    `if (invite !== undefined && !useInvite(db, room.id, invite, at.ts)) return { refused: "uninvited" } as const;`,
    `if (invite !== undefined) queueMicrotask(() => useInvite(db, room.id, invite, at.ts));`,
  ]),
  inTest(INVITES, "whatever is wrong with it", "an invitation that is used up lets in", [
    "chat/stores/sqlite/statements.ts",
    `AND uses > 0 AND until_ms > ?`,
    `AND until_ms > ?`,
  ]),
  inTest(INVITES, "whatever is wrong with it", "a banned id comes in by an invitation", [
    PERMIT,
    `if (roleOf(actor, policy, now) === "banned" || permitInvite(`,
    `if (permitInvite(`,
  ]),
  inTest(REPORTS, "nobody learns whose it is", "everybody in a room is told that something was reported", [
    "chat/room/room.ts",
    `this.denialOf(one) === undefined && this.access.isModerator(one.session)`,
    `this.denialOf(one) === undefined`,
  ]),
  inTest(REPORTS, "nobody learns whose it is", "moderators are told who reported", [
    "chat/stores/sqlite/statements.ts",
    `json_group_array(reason) FILTER (WHERE reason <> '') AS reasons`,
    `json_group_array(by_id) FILTER (WHERE reason <> '') AS reasons`,
  ]),
  inTest(REPORTS, "nobody else is", "every member is told of reports, wherever it is", [
    "chat/policy/room_policy.ts",
    `role === "owner" || role === "moderator" ? [id] : []);`,
    `role !== "banned" ? [id] : []);`,
  ], [
    "chat/commands/reports.ts",
    `placed.filter(({ session }) => access.isModerator(session))`,
    `placed`,
  ]),
  inTest(REPORTS, "only those who moderate", "anybody closes reports", [
    "chat/commands/reports.ts",
    `const denial = await deniedNow(chat, caller, room, "delete-any");
    if (denial !== undefined) return answerDenied(caller, ref, denial);
    await reports.resolve(room, target);`,
    `await reports.resolve(room, target);`,
  ]),
  inTest(REPORTS, "was demoted", "somebody who was demoted is told of reports", [
    "chat/commands/denied.ts",
    `await open?.access.refresh();
  if (open === undefined) return { code: "no_access" };
  return open.denialOf(caller) ?? open.access.permit(caller.session, action);`,
    `await open?.access.refresh();
  if (open === undefined) return { code: "no_access" };
  return open.denialOf(caller);`,
  ]),
  inTest("tests/stores/sqlite/reports_test.ts", "with its message", "reports of a message that was removed stay", [
    "chat/stores/sqlite/trim.ts",
    `db.statement("removeReportsUpTo").run(room.id, upTo);`,
    ``,
  ]),
  inTest(
    "tests/stores/sqlite/reports_test.ts",
    "went with time",
    "a report stays until there is another one in its room",
    [
      "chat/stores/sqlite/trim.ts",
      ` || forgetReports(db, now.ts)`,
      ``,
    ],
  ),
  inTest(DIRECTORY, "has so many reports", "one message is reported without end", [
    "chat/stores/sqlite/statements.ts",
    `target = ?2 AND by_id <> ?3) < \${REPORTS_PER_MESSAGE}`,
    `target = ?2 AND by_id <> ?3) < 9\${REPORTS_PER_MESSAGE}`,
  ]),
  inTest(PURGE, "nobody purges its equals", "a moderator purges its equals and betters", [
    PERMIT,
    `return rank >= RANKS.moderator && rank > RANKS[policy.roleOf(author, now)];`,
    `return rank >= RANKS.moderator;`,
  ]),
  inTest(PURGE, "loses its role meanwhile", "a purge goes on after its moderator has lost its role", [
    "chat/commands/purge.ts",
    `appendIfAllowed(chat, caller, { room, event, permit })`,
    `chat.log.append(room, event, { ...chat.rooms.get(room)!.access.condition(caller.session), terms: { moderates: () => true } })`,
  ]),
  inTest(PURGE, "of late", "a purge takes what was written before", [
    "chat/commands/purge.ts",
    `if (newest === undefined || newest.ts < time) before = middle;`,
    `if (newest === undefined) before = middle;`,
  ], [
    "chat/commands/purge.ts",
    `messages.filter(({ ts }) => ts >= since)`,
    `messages.filter(({ ts }) => ts >= 0)`,
  ]),
  inTest(PURGE, "very many messages", "a purge does not say that there is more to delete", [
    "chat/commands/purge.ts",
    `deleted, more: true }`,
    `deleted }`,
  ]),
  inTest("tests/commands/pin_test.ts", "everybody is sent", "every member pins", [
    PERMIT,
    `pin: "moderator", settings`,
    `pin: "guest", settings`,
  ]),
  inTest("tests/commands/pin_test.ts", "is not pinned any more", "a message that was deleted stays pinned", [
    "chat/room/pinned.ts",
    `if (quote === undefined || quote.deleted) return start;`,
    `if (quote === undefined) return start;`,
  ]),
  inTest("tests/commands/pin_test.ts", "reasons that nobody was sent", "every member reads the reasons of moderators", [
    "chat/commands/audit.ts",
    `const denial = rooms.get(room)?.access.permit(caller.session, "delete-any");`,
    `const denial = rooms.get(room)?.access.permit(caller.session, "read");`,
  ], [
    "chat/commands/audit.ts",
    `const denial = await deniedNow(chat, caller, room, "delete-any");`,
    `const denial = await deniedNow(chat, caller, room, "read");`,
  ]),
  inTest(TABLE, "that is archived", "moderators write in an archived room", [
    PERMIT,
    `if (archived) return { code: "archived" };`,
    `if (archived && RANKS[role] < RANKS.moderator) return { code: "archived" };`,
  ]),
  inTest(
    "tests/commands/archive_test.ts",
    "of nobody else",
    "a room is listed again by a change of its visibility, though it is archived",
    [
      "chat/stores/places.ts",
      `(archived === undefined ? ARCHIVED : 0)`,
      `(archived ? ARCHIVED : 0)`,
    ],
  ),
  inTest(DESTROY, "everybody is out", "a room that was erased is entered", [
    PERMIT,
    `const isHidden = erased || visibility`,
    `const isHidden = visibility`,
  ]),
  inTest(DESTROY, "nobody but an owner", "a moderator erases a room", [
    "chat/commands/destroy.ts",
    `decide = () => access.permit(session, "settings")) => {`,
    `decide = () => access.permit(session, "delete-any")) => {`,
  ]),
  inTest(DESTROY, "loses the room meanwhile", "an erasure of a room goes on for somebody who owns it no more", [
    "chat/commands/destroy.ts",
    `return decideAndAppend(access, decide, `,
    `return decideAndAppend(access, () => undefined, `,
  ]),
  inTest(DESTROY, "breaks off", "a room is written in while it is erased", [
    "chat/commands/destroy.ts",
    `await append(set({ archived: true }));`,
    `await append(set({ archived: false }));`,
  ]),
  inTest(DESTROY, "everybody is out", "a room that was erased has invitations", [
    "chat/stores/sqlite/about.ts",
    `["removePlaces", "removeInvitesInto", "removeReportsIn"]`,
    `["removePlaces", "removeReportsIn"]`,
  ]),
];
