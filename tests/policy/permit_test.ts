/** What may be done in a room: the whole table, each row one kind of actor, and the rules for giving places. */

import type { MemberChange, RoomSettings, StoredRoomChange } from "../../chat/event/event.ts";
import { ROOM_PLACES } from "../../chat/limits.ts";
import { type Action, type Actor, hiddenFrom, permit, permitPlace, termsFor } from "../../chat/policy/permit.ts";
import { RoomPolicy } from "../../chat/policy/room_policy.ts";
import { assertEquals } from "../lib/assert.ts";

const NOW = 1_000_000;
const ACTIONS: Action[] = ["read", "publish", "react", "edit", "delete", "delete-any", "pin", "settings"];

/** A room with one of each, and these settings. */
function roomWith(set: Partial<RoomSettings>): RoomPolicy {
  return policyOf([
    { member: "k-owner", role: "owner" },
    { member: "k-moderator", role: "moderator" },
    { member: "k-member", role: "member" },
    { member: "k-banned", role: "banned", untilMs: NOW + 1 },
    { member: "k-muted", role: "member" },
    { member: "k-muted", mute: true, untilMs: NOW + 1 },
    { member: "42", role: "owner" },
  ], set);
}

function policyOf(places: Omit<MemberChange, "kind">[], set: Partial<RoomSettings> = {}): RoomPolicy {
  const policy = new RoomPolicy();
  const by = { id: "k-owner", name: "Owner", ts: 0 };
  places.forEach((place, index) =>
    policy.take({ kind: "member", ...by, seq: index + 1, ...place } as StoredRoomChange)
  );
  policy.take({ kind: "settings", ...by, seq: places.length + 1, set });
  return policy;
}

/** What a row of a table means: `.` it may, or the first letter of why not. */
const LETTERS: Record<string, string> = {
  no_access: "x",
  banned: "b",
  muted: "m",
  locked: "l",
  needs_proof: "p",
  members_only: "o",
  not_allowed: "-",
  archived: "a",
  too_new: "n",
};

function rowOf(actor: Actor, policy: RoomPolicy): string {
  return ACTIONS.map((action) => LETTERS[permit(actor, action, policy, NOW)?.code ?? ""] ?? ".").join("");
}

// In the order of ACTIONS: read, publish, react, edit, delete; delete-any, pin, settings.
const TABLES: { room: string; set: Partial<RoomSettings>; rows: Record<string, string> }[] = [
  {
    room: "a public room",
    set: {},
    rows: {
      "k-owner": "........",
      "k-moderator": ".......-",
      "k-member": ".....---",
      "k-muted": ".mmm.---",
      "k-guest": ".....---",
      "k-banned": "bbbbbbbb",
      "7": "...pp---",
      "42": "...pp---",
    },
  },
  {
    room: "a public room that is locked",
    set: { locked: true },
    rows: {
      "k-owner": "........",
      "k-moderator": ".......-",
      "k-member": ".lll.---",
      "k-muted": ".mmm.---",
      "k-guest": ".lll.---",
      "k-banned": "bbbbbbbb",
      "7": ".llpp---",
      "42": ".llpp---",
    },
  },
  {
    room: "a public room that is archived",
    set: { archived: true },
    rows: {
      "k-owner": ".aaa..a.",
      "k-moderator": ".aaa..a-",
      "k-member": ".aaa.---",
      "k-muted": ".aaa.---",
      "k-guest": ".aaa.---",
      "k-banned": "bbbbbbbb",
      "7": ".aapp---",
    },
  },
  {
    room: "a room where those write who can prove their ids",
    set: { writers: "known" },
    rows: { "k-member": ".....---", "k-guest": ".....---", "7": ".pppp---", "42": ".pppp---" },
  },
  {
    room: "an unlisted room where members write",
    set: { writers: "members", visibility: "unlisted" },
    rows: {
      "k-owner": "........",
      "k-moderator": ".......-",
      "k-member": ".....---",
      "k-guest": ".ooo.---",
      "7": ".oopp---",
    },
  },
  {
    room: "a room where newcomers wait",
    set: { newcomerDelayMs: NOW },
    rows: {
      "k-owner": "........",
      "k-moderator": ".......-",
      // It has had its place since 0.
      "k-member": ".....---",
      "k-muted": ".mmm.---",
      "k-guest": ".nnn.---",
      "k-banned": "bbbbbbbb",
      "7": ".nnpp---",
      "42": ".nnpp---",
    },
  },
  {
    room: "a private room",
    set: { visibility: "private" },
    rows: {
      "k-owner": "........",
      "k-moderator": ".......-",
      "k-member": ".....---",
      "k-muted": ".mmm.---",
      "k-guest": "xxxxxxxx",
      // Nobody is told that a room exists, not even by being told that it is closed to one.
      "k-banned": "xxxxxxxx",
      "7": "xxxxxxxx",
      "42": "xxxxxxxx",
    },
  },
];

for (const { room, set, rows } of TABLES) {
  for (const [id, row] of Object.entries(rows)) {
    Deno.test(`in ${room} ${id} may what the table says`, () => {
      assertEquals(rowOf({ id, proven: id.startsWith("k-") }, roomWith(set)), row);
    });
  }
}

Deno.test("a room that nobody set up is open to all, and moderated by the operator", () => {
  const policy = new RoomPolicy();
  assertEquals(rowOf({ id: "7", proven: false }, policy), "...pp---");
  assertEquals(rowOf({ id: "k-ada", proven: true }, policy), ".....---");
  assertEquals(rowOf({ id: "k-op", proven: true, operator: true }, policy), ".......-");
  assertEquals(rowOf({ id: "op", proven: false, operator: true }, policy), "...pp---");
  assertEquals(rowOf({ id: "k-op", proven: true, operator: true }, roomWith({})), ".....---");
});

Deno.test("a room that nobody owns any more is moderated by the operator, and shut to it if it is private", () => {
  const operator = { id: "k-op", proven: true, operator: true };
  assertEquals(rowOf(operator, policyOf([], {})), ".......-");
  assertEquals(rowOf(operator, policyOf([], { visibility: "private" })), "xxxxxxxx");
  assertEquals(rowOf(operator, policyOf([{ member: "k-op", role: "member" }], { visibility: "private" })), ".....---");
});

Deno.test("a ban and a mute end when they say, and say when they end", () => {
  const policy = roomWith({});
  const [banned, muted] = [{ id: "k-banned", proven: true }, { id: "k-muted", proven: true }];
  assertEquals(permit(banned, "read", policy, NOW), { code: "banned", untilMs: NOW + 1 });
  assertEquals(permit(muted, "publish", policy, NOW), { code: "muted", untilMs: NOW + 1 });
  assertEquals(permit(banned, "publish", policy, NOW + 1), undefined);
  assertEquals(permit(muted, "publish", policy, NOW + 1), undefined);
});

/** Whether somebody may give a place, in the room of the tables. */
function giving(by: string, change: Omit<MemberChange, "kind">): string {
  return permitPlace({ id: by, proven: true }, change, roomWith({}), NOW)?.code ?? "may";
}

const PLACES: [by: string, change: Omit<MemberChange, "kind">, gives: string][] = [
  ["k-owner", { member: "k-guest", role: "owner" }, "may"],
  ["k-owner", { member: "k-moderator", role: "banned" }, "may"],
  ["k-owner", { member: "k-banned", role: "guest" }, "may"],
  ["k-moderator", { member: "k-guest", role: "member" }, "may"],
  ["k-moderator", { member: "k-guest", role: "moderator" }, "not_allowed"],
  ["k-moderator", { member: "k-guest", role: "owner" }, "not_allowed"],
  ["k-moderator", { member: "k-member", role: "banned" }, "may"],
  ["k-moderator", { member: "k-member", mute: true }, "may"],
  ["k-moderator", { member: "7", kick: true }, "may"],
  ["k-moderator", { member: "k-owner", kick: true }, "not_allowed"],
  ["k-moderator", { member: "k-owner", mute: true }, "not_allowed"],
  ["k-moderator", { member: "k-moderator", role: "owner" }, "not_allowed"],
  ["k-moderator", { member: "k-moderator", role: "member" }, "may"],
  ["k-member", { member: "k-guest", kick: true }, "not_allowed"],
  ["k-member", { member: "k-member", role: "guest" }, "may"],
  ["k-member", { member: "k-member", role: "banned" }, "not_allowed"],
  ["k-muted", { member: "k-muted", mute: false }, "not_allowed"],
  ["k-guest", { member: "k-guest", role: "member" }, "not_allowed"],
  ["k-banned", { member: "k-banned", role: "guest" }, "banned"],
];

for (const [by, change, gives] of PLACES) {
  Deno.test(`${by} gives ${JSON.stringify(change)}: ${gives}`, () => assertEquals(giving(by, change), gives));
}

Deno.test("the last owner can neither leave nor step down, and the last but one can", () => {
  const change = { member: "k-a", role: "guest" as const };
  const may = (policy: RoomPolicy) => permitPlace({ id: "k-a", proven: true }, change, policy, NOW)?.code;
  assertEquals(may(policyOf([{ member: "k-a", role: "owner" }])), "last_owner");
  assertEquals(may(policyOf([{ member: "k-a", role: "owner" }, { member: "k-b", role: "owner" }])), undefined);
});

Deno.test("a room has no more places than it may, and one that is given back makes room", () => {
  const places = Array.from(
    { length: ROOM_PLACES - 1 },
    (_, index) => ({ member: `k-${index}`, role: "member" as const }),
  );
  const policy = policyOf([{ member: "k-owner", role: "owner" }, ...places]);
  const change = { member: "k-new", role: "member" as const };
  const owner = { id: "k-owner", proven: true };
  assertEquals(permitPlace(owner, change, policy, NOW)?.code, "too_many_members");
  for (const role of ["moderator", "banned", "guest"] as const) {
    assertEquals(permitPlace(owner, { member: "k-0", role }, policy, NOW), undefined);
  }
  policy.take({
    kind: "member",
    id: "k-owner",
    name: "",
    ts: 0,
    seq: policy.version + 1,
    member: "k-0",
    role: "guest",
  });
  assertEquals(permitPlace(owner, change, policy, NOW), undefined);
});

Deno.test("what a policy has is passed over when it comes again", () => {
  const policy = policyOf([{ member: "k-a", role: "owner" }], { title: "new" });
  policy.take({ kind: "settings", id: "k-a", name: "", ts: 0, seq: 1, set: { title: "old" } });
  assertEquals([policy.settings.title, policy.version], ["new", 2]);
});

Deno.test("a member of a private room that hides what was before reads from its place on, and a new role is no new place", () => {
  const change = (role: MemberChange["role"]) => ({ member: "k-a", role });
  const hidden = (places: Omit<MemberChange, "kind">[], set: Partial<RoomSettings> = {}) =>
    hiddenFrom(
      { id: "k-a", proven: true },
      policyOf([{ member: "k-b", role: "owner" }, ...places], { visibility: "private", history: "joined", ...set }),
    );
  assertEquals(hidden([change("member")]), 1);
  assertEquals(hidden([change("guest"), change("member")]), 2);
  assertEquals(hidden([change("member"), change("moderator"), { member: "k-a", mute: true }, change("owner")]), 1);
  assertEquals(hidden([change("member"), change("guest"), change("member"), change("moderator")]), 3);
  assertEquals(hidden([change("member"), change("banned"), change("member")]), 3);
  assertEquals(hidden([change("member")], { history: "all" }), 0);
  assertEquals(hidden([change("member")], { visibility: "unlisted" }), 0);
  assertEquals(hidden([change("member")], { visibility: "public" }), 0);
});

Deno.test("everybody below a moderator waits in slow mode, and nobody where there is none", () => {
  const waits = (id: string, slowMs: number) =>
    termsFor({ id, proven: id.startsWith("k-") }, roomWith({ slowMs, editWindowMs: 7 }), NOW);
  for (const id of ["k-member", "k-muted", "k-guest", "7", "42"]) {
    assertEquals(waits(id, 1000), { editMs: 7, slowMs: 1000 }, id);
    assertEquals(waits(id, 0), { editMs: 7, slowMs: undefined }, id);
  }
  for (const id of ["k-owner", "k-moderator"]) assertEquals(waits(id, 1000), { editMs: 7, slowMs: undefined }, id);
});

Deno.test("a newcomer may write so long after it came in, or got its place, whichever was first", () => {
  const policy = policyOf([{ member: "k-owner", role: "owner" }], { newcomerDelayMs: 100 });
  const guest = { id: "k-a", proven: true };
  assertEquals(permit(guest, "publish", policy, NOW, NOW - 99), { code: "too_new", untilMs: NOW + 1 });
  assertEquals(permit(guest, "publish", policy, NOW, NOW - 100), undefined);
  const place = { kind: "member", id: "k-owner", name: "", member: "k-a", role: "member" } as const;
  policy.take({ ...place, seq: 9, ts: NOW });
  assertEquals(permit(guest, "publish", policy, NOW + 50), { code: "too_new", untilMs: NOW + 100 });
  assertEquals(permit(guest, "publish", policy, NOW + 50, NOW - 50), undefined);
  assertEquals(permit(guest, "publish", policy, NOW + 100), undefined);
});
