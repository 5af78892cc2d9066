/** Draws who does what next. @module */

import type { Command } from "../../../chat/wire/lines.ts";
import type { Random } from "../../lib/random.ts";
import { isLess, ROLES } from "../model.ts";
import { NAMES } from "./cast.ts";
import { type Actor, isPlain } from "./door.ts";
import { type Deed, type Expected, isSecret, type Sent } from "./expected.ts";

const EMOJI = ["👍", "🎉"];
/** How long somebody is banned or muted who is so for a time. */
const WHILE_MS = 100_000;
/** How long one waits in slow mode. */
const SLOW_MS = 50_000;
/** How long a message may be edited. */
const EDIT_MS = 50_000;

/** The first are no question of rooms; what erases, ends or raises an id, or makes a bot, has tests of its own. */
type Others = "hello" | "ping" | "rename" | "erase" | "revoke" | "claim" | "bot" | "bots" | "unbot";
type DeedType = Exclude<Command["type"], Others>;

/** How often each is drawn: those that need another one first, more often. */
const DEEDS: Record<DeedType, number> = {
  join: 24,
  leave: 2,
  create: 3,
  publish: 12,
  edit: 6,
  delete: 5,
  react: 6,
  settings: 7,
  member: 22,
  invite: 5,
  invites: 1,
  uninvite: 1,
  redeem: 6,
  history: 3,
  reactors: 1,
  rooms: 3,
  dm: 3,
  pin: 2,
  audit: 1,
  report: 3,
  reports: 1,
  resolve: 1,
  purge: 2,
  destroy: 2,
  typing: 1,
  token: 2,
};
const RULING = [
  "member",
  "member",
  "member",
  "member",
  "member",
  "settings",
  "invite",
  "delete",
  "purge",
  "reports",
  "pin",
] as const;
const DRAWN = Object.entries(DEEDS).flatMap(([type, weight]) => Array<DeedType>(weight).fill(type as DeedType));

export class Draw {
  readonly #random: Random;
  readonly #actors: Actor[];
  readonly #expected: Expected;
  readonly #now: () => number;
  /** Somebody who may do less now, or more, and where: what it does next is of interest. */
  #hot: { actor: Actor; room: string } | undefined;
  #marks = 0;

  constructor(random: Random, actors: Actor[], expected: Expected, now: () => number) {
    this.#random = random;
    this.#actors = actors;
    this.#expected = expected;
    this.#now = now;
  }

  /** The one that does something next. */
  actor(): Actor {
    if (this.#random.chance(0.4)) this.#hot = undefined;
    return this.#hot?.actor ?? this.#random.pick(this.#random.chance(0.5) ? this.#mighty() : this.#actors);
  }

  /** A text or a nonce that there has not been. */
  mark(): string {
    return `<${++this.#marks}>`;
  }

  /** Those who moderate a room that they are in: from what they do comes what the others suffer. */
  #mighty(): Actor[] {
    const mighty = this.#actors.filter((actor) => !isPlain(actor) && this.#ruled(actor).length > 0);
    return mighty.length === 0 ? this.#actors : mighty;
  }

  #ruled(actor: Actor): string[] {
    return [...actor.inside].filter((room) => !isLess(this.#expected.room(room).model.roleOf(actor), "moderator"));
  }

  /** What somebody does. */
  deed(actor: Actor): Deed {
    const random = this.#random;
    const ruled = random.chance(0.5) ? this.#ruled(actor) : [];
    const type = this.#type(actor, ruled.length > 0);
    const room = this.#where(actor, type, ruled);
    const target = this.#target(actor, room);
    const { messages, invites } = this.#expected.room(room);
    const version = messages.get(target)?.version ?? 0;
    const set = random.pick([
      { locked: random.chance(0.7) },
      { writers: random.pick(["all", "all", "known", "members"]) },
      { visibility: random.pick(["public", "unlisted", "private", "private"]) },
      { title: this.mark() },
      { slowMs: random.pick([0, SLOW_MS]) },
      { history: random.pick(["all", "joined", "joined"]) },
      { editWindowMs: random.pick([0, EDIT_MS]) },
      { archived: random.chance(0.5) },
    ]);
    const untilMs = random.chance(0.4) ? this.#now() + WHILE_MS : undefined;
    const place = random.pick([
      { role: "banned" as const, untilMs },
      { mute: true, untilMs },
      { mute: false },
      { kick: true },
      { role: random.pick(ROLES) },
      { role: random.pick(["member", "moderator", "owner"] as const) },
    ]);
    const secrets = [
      ...invites.keys(),
      ...[...this.#expected.rooms.values()].flatMap((one) => [...one.invites.keys()]),
    ];
    const member = random.pick(this.#concerned(actor, room)).id;
    const deeds: Record<DeedType, Partial<Deed>> = {
      join: {},
      leave: {},
      create: { room: random.pick([...NAMES, "", ""]), set },
      publish: { text: this.mark(), reply: random.chance(0.3) ? target : undefined },
      edit: { target, version: random.chance(0.9) ? version : version + 1, text: this.mark() },
      delete: { target },
      react: { target, emoji: random.pick(EMOJI), on: random.chance(0.7) },
      settings: { set },
      member: { ...place, member: random.chance(0.97) ? member : "new" },
      invite: { role: random.pick(["member", "member", "moderator"]) },
      invites: {},
      uninvite: { secret: random.pick([...secrets, "none"]) },
      redeem: { secret: random.pick([...invites.keys(), ...invites.keys(), ...secrets, "none"]) },
      history: {},
      reactors: { target, emoji: random.pick(EMOJI) },
      rooms: { mine: random.chance(0.5) ? true : undefined },
      dm: { member },
      pin: { target },
      audit: {},
      report: { target },
      reports: {},
      resolve: { target },
      purge: { member },
      destroy: {},
      typing: {},
      token: {},
    };
    return { type, room, ...deeds[type] };
  }

  #type(actor: Actor, rules: boolean): DeedType {
    const random = this.#random;
    if (rules) return random.pick(RULING);
    if (this.#hot?.actor === actor && random.chance(0.2)) return "publish";
    if (actor.inside.size === 0 && random.chance(0.6)) return random.pick(["join", "join", "redeem"]);
    return actor.grants !== undefined && random.chance(0.1) ? "token" : random.pick(DRAWN);
  }

  /** Mostly it does what it does where it is. */
  #where(actor: Actor, type: DeedType, ruled: string[]): string {
    const random = this.#random;
    if (this.#hot?.actor === actor && random.chance(0.8)) return this.#hot.room;
    const inside = ruled.length > 0 ? ruled : [...actor.inside];
    const staysThere = type !== "create" && type !== "join" && inside.length > 0 && random.chance(0.9);
    return staysThere ? random.pick(inside) : this.room();
  }

  /** Mostly a message, and often its own. */
  #target(actor: Actor, room: string): number {
    const random = this.#random;
    const { messages, events } = this.#expected.room(room);
    const own = [...messages].filter(([, { author, deleted }]) => author === actor.id && !deleted).map(([seq]) => seq);
    const recent = (random.chance(0.5) && own.length > 0 ? own : [...messages.keys()]).slice(-12);
    return recent.length > 0 && random.chance(0.95) ? random.pick(recent) : random.int(1, events.length + 1);
  }

  /** Mostly somebody who is there, and whom one may send out. */
  #concerned(actor: Actor, room: string): Actor[] {
    const { model } = this.#expected.room(room);
    const inside = this.#actors.filter((one) => one.inside.has(room));
    const below = inside.filter((one) => isLess(model.given(one.id), model.roleOf(actor)));
    if (below.length > 0 && this.#random.chance(0.9)) return below;
    return [...inside.length > 0 && this.#random.chance(0.7) ? inside : this.#actors, actor];
  }

  room(): string {
    const secret = [...this.#expected.rooms.keys()].filter(isSecret);
    const ofMany = secret.filter((room) => room.startsWith("p-")).slice(-3);
    const ofTwo = secret.filter((room) => room.startsWith("d-")).slice(-2);
    return this.#random.pick([...NAMES, ...ofMany, ...ofMany, ...ofMany, ...ofTwo, this.missing()]);
  }

  heat(room: string, { kind, member }: Sent): void {
    const concerned = this.#actors.filter((actor) =>
      kind === "member"
        ? actor.id === member
        : kind === "settings" && actor.inside.has(room) && !this.#ruled(actor).includes(room)
    );
    if (concerned.length > 0) this.#hot = { actor: this.#random.pick(concerned), room };
  }

  /** A room that is not there. @param kind the beginning of its name: a token may be for one kind only */
  missing(kind = "p-"): string {
    const letters = "abcdefghijklmnopqrstuvwxyz234567";
    return `${kind}${Array.from({ length: 26 }, () => this.#random.pick([...letters])).join("")}`;
  }
}
