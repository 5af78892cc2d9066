/** The rules of who may do what, without a server. @module */

import type { ChatRequest } from "../../chat/dialect/dialect.ts";
import { CONNECTIONS_PER_ROOM, ROOMS_PER_CONNECTION } from "../../chat/limits.ts";
import { abilities, may, mayBeCalled, mayEnter } from "../../chat/policy/may.ts";
import { type Action, type Actor, permit } from "../../chat/policy/permit.ts";
import { RoomPolicy } from "../../chat/policy/room_policy.ts";
import { Session } from "../../chat/policy/session.ts";
import { idOfKey } from "../../chat/wire/identity.ts";
import { assert, assertEquals } from "../lib/assert.ts";

/** An id that belongs to a key. */
const KEY = "4f1c9a52e07be1f0a3c4d5e6f7a8b9c0";
const KEYED = await idOfKey(KEY);
const ref = "1";
const room = "lobby";
/** One of each type: the type checker would miss one that is not here. */
const REQUESTS: { [T in ChatRequest["type"]]: ChatRequest } = {
  hello: { type: "hello", ref },
  token: { type: "token", ref, token: "x" },
  join: { type: "join", ref, room },
  enter: { type: "enter", ref, room },
  visit: { type: "visit", ref, room },
  follow: { type: "follow", ref, room, from: "now" },
  leave: { type: "leave", ref, room },
  create: { type: "create", ref, nonce: "n", set: {} },
  settings: { type: "settings", ref, room, nonce: "n", set: { title: "x" } },
  member: { type: "member", ref, room, nonce: "n", id: "k-1", role: "member" },
  invite: { type: "invite", ref, room },
  invites: { type: "invites", ref, room },
  uninvite: { type: "uninvite", ref, room, invite: "x" },
  redeem: { type: "redeem", ref, room, nonce: "n", secret: "x" },
  publish: { type: "publish", ref, room, text: "x" },
  edit: { type: "edit", ref, room, nonce: "n", target: 1, version: 0, text: "x" },
  delete: { type: "delete", ref, room, nonce: "n", target: 1 },
  react: { type: "react", ref, room, nonce: "n", target: 1, emoji: "👍", on: true },
  history: { type: "history", ref, room },
  reactors: { type: "reactors", ref, room, target: 1, emoji: "👍" },
  rooms: { type: "rooms", ref },
  dm: { type: "dm", ref, id: "k-1" },
  erase: { type: "erase", ref, nonce: "n" },
  revoke: { type: "revoke", ref },
  claim: { type: "claim", ref, secret: "s" },
  bot: { type: "bot", ref, name: "ci" },
  bots: { type: "bots", ref },
  unbot: { type: "unbot", ref, name: "ci" },
  pin: { type: "pin", ref, room, nonce: "n", target: 1 },
  audit: { type: "audit", ref, room },
  destroy: { type: "destroy", ref, room, nonce: "n", again: room },
  report: { type: "report", ref, room, target: 1 },
  reports: { type: "reports", ref, room },
  resolve: { type: "resolve", ref, room, target: 1 },
  purge: { type: "purge", ref, room, id: "k-1", sinceMs: 1 },
  typing: { type: "typing", room },
  rename: { type: "rename", ref, name: "Ada" },
  ping: { type: "ping", ref },
};

/** The codes with which requests are refused, by their types. */
function refusals(session: Session): Record<string, string> {
  return Object.fromEntries(
    Object.values(REQUESTS).flatMap((request) => {
      const denial = may(session, request);
      return denial === undefined ? [] : [[request.type, denial.code]];
    }),
  );
}

Deno.test("before hello nothing else may be asked for, and after it no second one", () => {
  const session = new Session("ada", false);
  session.rooms.add(room);
  const { hello: _, ...others } = REQUESTS;
  assertEquals(refusals(session), Object.fromEntries(Object.keys(others).map((type) => [type, "hello_first"])));
  session.greeted = true;
  assertEquals(refusals(session), { hello: "already_hello", ...UNPROVEN });
});

/** What is refused to all but the operators of the server. */
const NO_OPERATOR = { bot: "not_allowed", bots: "not_allowed", unbot: "not_allowed" };
/** What is refused to ids that anybody may use. */
const UNPROVEN = {
  edit: "needs_proof",
  delete: "needs_proof",
  create: "needs_proof",
  redeem: "needs_proof",
  dm: "needs_proof",
  erase: "needs_proof",
  revoke: "needs_proof",
  claim: "needs_proof",
  report: "needs_proof",
  ...NO_OPERATOR,
};
const OPEN = { permit: (actor: Actor, action: Action) => permit(actor, action, new RoomPolicy(), 0) };

for (const [id, refused] of [["ada", UNPROVEN], ["42", UNPROVEN], ["K-1", UNPROVEN], [KEYED, NO_OPERATOR]] as const) {
  Deno.test(`as ${id} a client may do what it is told that it may, and no more`, () => {
    const session = new Session(id, true);
    session.rooms.add(room);
    assertEquals(refusals(session), { hello: "already_hello", ...refused });
    const expected = ["publish", "react", "edit", "delete"].filter((type) => !(type in refused));
    assertEquals<string[]>(abilities(session, room, OPEN), expected);
  });
}

Deno.test("outside of a room nothing may be said, read or typed there", () => {
  const inside = ["publish", "edit", "delete", "react", "history", "reactors", "typing", "settings", "member"];
  inside.push("invite", "invites", "uninvite", "report", "reports", "resolve", "purge", "pin", "audit", "destroy");
  const outside = Object.fromEntries(inside.map((type) => [type, "not_joined"]));
  const { edit: _, delete: __, report: ___, ...everywhere } = UNPROVEN;
  assertEquals(refusals(new Session("ada", true)), { hello: "already_hello", ...everywhere, ...outside });
});

Deno.test("only somebody with an id that proves nothing is refused a name, and not the one that was given", () => {
  const taken = { name: room, full: false, presence: { hasProven: () => true } };
  const named = (id: string, name: string) => Object.assign(new Session(id, true), { name });
  assertEquals(mayEnter(named("7", "Ada"), taken)?.code, "name_taken");
  assertEquals(mayBeCalled(new Session("7", true), "Ada", taken)?.code, "name_taken");
  assertEquals(mayEnter(named(KEYED, "Ada"), taken), undefined);
  assertEquals(mayEnter(new Session("7", true), taken), undefined);
  const inside = named("7", "Ada");
  inside.rooms.add(room);
  assertEquals(mayEnter(inside, taken), undefined);
});

Deno.test("one room too many, or a full one, is refused to those who are not in it", () => {
  const session = new Session("ada", true);
  for (let index = 1; index < ROOMS_PER_CONNECTION; index++) session.rooms.add(`room-${index}`);
  assertEquals(may(session, REQUESTS.join), undefined);
  const full = { name: room, full: true, presence: { hasProven: () => false } };
  assertEquals([mayEnter(session, full)?.code, mayEnter(session, { ...full, full: false })], ["room_full", undefined]);
  assert(mayEnter(session, full)!.message.includes(`${CONNECTIONS_PER_ROOM}`));
  session.rooms.add("one-more");
  assertEquals(may(session, REQUESTS.join)?.code, "too_many_rooms");
  session.rooms.add(room);
  assertEquals([may(session, REQUESTS.join), mayEnter(session, full)], [undefined, undefined]);
});
