/**
 * What a server must answer and send, by `chat/protocol.md` alone: all its rooms, who is in them, and why something is refused. It imports nothing of
 * the server.
 *
 * @module
 */

import { isLess, Model, type ModelEvent, type Person, type Place, type Role } from "../model.ts";

export type Level = "read" | "write" | "moderate";

/** Somebody who asks for something, by whatever it speaks. */
export interface Asker extends Person {
  /** The rooms that its token is for; undefined: all. */
  grants?: { room: string; may: Level }[];
  /** The rooms that it is in. */
  inside: Set<string>;
}

/** What somebody asks for: a command of `chat.v1`, or what a plain client does instead. */
export interface Deed extends Place {
  type: string;
  room: string;
  target?: number;
  version?: number;
  reply?: number;
  text?: string;
  emoji?: string;
  on?: boolean;
  set?: Record<string, unknown>;
  secret?: string;
  mine?: boolean;
}

interface Message {
  author: string;
  text: string;
  deleted: boolean;
  version: number;
  reactions: Set<string>;
  at: number;
}

interface Invite {
  role: Role;
  by: string;
  uses: number;
}

/** An event that is expected to be sent to everybody in its room. */
export interface Sent extends ModelEvent {
  text?: string;
}

export class ExpectedRoom {
  readonly model: Model = new Model();
  readonly events: Sent[] = [];
  readonly messages: Map<number, Message> = new Map();
  /** By their secrets. */
  readonly invites: Map<string, Invite> = new Map();

  /** Takes what was stored, and gives it the next number. */
  take(by: Person, deed: Deed): Sent {
    const seq = this.events.length + 1;
    const { type, text = "", target = 0, member, role, mute, kick, untilMs, set } = deed;
    const event: Sent = { seq, id: by.id, kind: type === "publish" ? undefined : type };
    const message = this.messages.get(target);
    if (type === "publish") {
      this.messages.set(seq, {
        author: by.id,
        text,
        deleted: false,
        version: 0,
        reactions: new Set(),
        at: this.model.now,
      });
      event.text = text;
    } else if (type === "edit") Object.assign(message!, { text, version: message!.version + 1 });
    else if (type === "delete") Object.assign(message!, { text: "", deleted: true });
    else if (type === "react") message!.reactions[deed.on ? "add" : "delete"](`${deed.emoji} ${by.id}`);
    else if (type === "create") Object.assign(event, { kind: "settings", set, owner: by.id });
    else if (type === "settings") event.set = set;
    else if (type === "pin") event.kind = "settings";
    else if (type === "dm") this.#between(event, by.id, deed.member!);
    else if (type === "member") Object.assign(event, { member, role, mute, kick, untilMs });
    else if (type === "redeem") {
      const invite = this.invites.get(deed.secret!)!;
      invite.uses--;
      Object.assign(event, { kind: "member", member: by.id, role: invite.role });
    }
    this.model.take(event);
    this.events.push(event);
    return event;
  }

  /** The first who asks makes the room of two; one who had left it comes back. */
  #between(event: Sent, id: string, other: string): void {
    if (this.events.length > 0) Object.assign(event, { kind: "member", member: id, role: "member" });
    else Object.assign(event, { kind: "settings", set: { visibility: "private" }, between: [id, other] });
  }

  /** Messages that were not deleted. @param id whose; absent: everybody's */
  of(id?: string): number[] {
    return [...this.messages].filter(([, { author, deleted }]) => (id ?? author) === author && !deleted)
      .map(([seq]) => seq);
  }

  /** Whether somebody must wait from one message to the next, and has not. */
  isTooSoon(asker: Asker): boolean {
    const { model, messages } = this;
    const last = Math.max(...[...messages.values()].filter(({ author }) => author === asker.id).map(({ at }) => at));
    return model.now - last < model.settings.slowMs && isLess(model.roleOf(asker), "moderator");
  }

  /** What somebody who is let in may do there, by the names that the protocol has for it. */
  abilities(asker: Asker, room: string): string[] {
    const { model } = this;
    const writes = isGranted(asker, room, "write") && model.write(asker) === undefined;
    const moderates = isGranted(asker, room, "moderate");
    const abilities: [string, boolean][] = [
      ["publish", writes],
      ["react", writes],
      ["edit", writes && asker.proven],
      ["delete", isGranted(asker, room, "write") && asker.proven],
      ["moderate", moderates && !isLess(model.roleOf(asker), "moderator")],
      ["settings", moderates && model.set(asker) === undefined],
    ];
    return abilities.filter(([, has]) => has).map(([ability]) => ability);
  }
}

/** What is needed of a token that names its rooms. */
const LEVELS: Record<string, Level> = {
  publish: "write",
  edit: "write",
  delete: "write",
  react: "write",
  typing: "write",
  settings: "moderate",
  member: "moderate",
  invite: "moderate",
  invites: "moderate",
  uninvite: "moderate",
  report: "write",
  reports: "moderate",
  resolve: "moderate",
  purge: "moderate",
  destroy: "moderate",
  pin: "moderate",
  audit: "moderate",
};

export class Expected {
  readonly rooms: Map<string, ExpectedRoom> = new Map();

  set now(now: number) {
    for (const { model } of this.rooms.values()) model.now = now;
  }

  /** The room, as it is or as it would be. */
  room(name: string): ExpectedRoom {
    return this.rooms.get(name) ?? new ExpectedRoom();
  }

  /** Why somebody may not come in. */
  enter(asker: Asker, name: string): string | undefined {
    const isMissing = isSecret(name) && !this.rooms.has(name);
    if (isMissing || !isGranted(asker, name, "read")) return "no_access";
    return this.room(name).model.read(asker);
  }

  /** All that forbids a deed: it must be refused for one of these reasons; if there is none, it must be carried out. */
  reasons(asker: Asker, deed: Deed): string[] {
    return this.#all(asker, deed).filter((reason) => reason !== undefined && reason !== false) as string[];
  }

  #all(asker: Asker, deed: Deed): (string | undefined | false)[] {
    const { type, room } = deed;
    if (type === "join") return [this.enter(asker, room)];
    if (type === "rooms") return [asker.grants !== undefined && "not_allowed"];
    if (type === "dm") {
      const isProven = asker.proven && isProvable(deed.member!);
      return [!isProven && "needs_proof", asker.grants !== undefined && "not_allowed"];
    }
    if (type === "create") return this.#create(asker, deed);
    if (type === "redeem") return this.#redeem(asker, deed);
    if (type === "leave") return [];
    if (!asker.inside.has(room)) return ["not_joined"];
    const isShort = LEVELS[type] !== undefined && !isGranted(asker, room, LEVELS[type]);
    return [isShort && "not_allowed", ...this.#inside(asker, deed, this.room(room))];
  }

  #inside(asker: Asker, deed: Deed, here: ExpectedRoom): (string | undefined | false)[] {
    const { model, messages } = here;
    const target = deed.target ?? deed.reply ?? 0;
    // To somebody from whom it is hidden it is not there.
    const message = target < model.firstFor(asker) ? undefined : messages.get(target);
    const isGone = message === undefined ? "no_such_message" : message.deleted && "deleted";
    const isOthers = message !== undefined && message.author !== asker.id;
    switch (deed.type) {
      case "publish":
        return [
          model.write(asker),
          deed.reply !== undefined && isGone,
          here.isTooSoon(asker) && "slow_mode",
        ];
      case "react":
        return [model.write(asker), isGone];
      case "edit":
        return [
          model.write(asker),
          !asker.proven && "needs_proof",
          isGone,
          isOthers && "not_allowed",
          message !== undefined && message.version !== deed.version && "conflict",
          message !== undefined && model.now - message.at > model.settings.editWindowMs && "too_late",
        ];
      case "delete": {
        const moderates = isGranted(asker, deed.room, "moderate") && model.erase(asker, message?.author ?? "");
        return [
          !asker.proven && "needs_proof",
          message === undefined && isGone,
          isOthers && !moderates && "not_allowed",
        ];
      }
      case "destroy":
        return [model.set(asker)];
      case "settings": {
        const hides = (deed.set?.visibility ?? "public") !== "public" && !isSecret(deed.room);
        return [model.set(asker), hides && "not_allowed"];
      }
      case "member":
        return [model.place(asker, deed)];
      case "report":
        return [!asker.proven && "needs_proof", isGone, model.between !== undefined && "not_allowed"];
      case "pin":
        return [model.write(asker), isLess(model.roleOf(asker), "moderator") && "not_allowed", isGone];
      case "reports":
      case "resolve":
      case "audit":
        return [isLess(model.roleOf(asker), "moderator") && "not_allowed"];
      case "purge": {
        const moderates = !isLess(model.roleOf(asker), "moderator") && model.erase(asker, deed.member!);
        return [!moderates && "not_allowed"];
      }
      case "invite":
        return [!model.invite(asker.id, deed.role!) && "not_allowed"];
      case "invites":
      case "uninvite":
        return [!model.invite(asker.id, "member") && "not_allowed"];
      default:
        return [];
    }
  }

  #create(asker: Asker, { room, set }: Deed): (string | undefined | false)[] {
    const isNamed = (set?.visibility ?? "public") === "public" && room !== "" && !isSecret(room);
    const isTaken = isNamed && (room === "lobby" || this.room(room).events.length > 0);
    return [!asker.proven && "needs_proof", asker.grants !== undefined && "not_allowed", isTaken && "room_exists"];
  }

  #redeem(asker: Asker, { room, secret }: Deed): (string | undefined | false)[] {
    const { model, invites } = this.room(room);
    const invite = invites.get(secret!);
    const isOver = () =>
      invite!.uses === 0 || model.given(asker.id) === "banned" || !model.invite(invite!.by, invite!.role);
    const isIn = invite !== undefined && !isLess(model.roleOf(asker), invite.role);
    return [
      !asker.proven && "needs_proof",
      !isGranted(asker, room, "read") && "no_access",
      !isGranted(asker, room, "write") && "not_allowed",
      invite === undefined ? "no_access" : !isIn && isOver() && "no_access",
    ];
  }

  /** Whether there is nothing to do, so that nothing is stored. */
  isIdle(asker: Asker, { type, room, target = 0, emoji, on, secret }: Deed): boolean {
    const { messages, model, invites } = this.room(room);
    const message = messages.get(target);
    if (type === "dm") return !isLess(model.given(asker.id), "member");
    if (type === "delete") return message!.deleted;
    if (type === "react") return message!.reactions.has(`${emoji} ${asker.id}`) === on;
    return type === "redeem" && !isLess(model.roleOf(asker), invites.get(secret!)!.role);
  }
}

function isProvable(id: string): boolean {
  return /^[ktb]-/.test(id);
}

/** Names that only the server gives. */
export function isSecret(room: string): boolean {
  return /^[pd]-[a-z2-7]{26}$/.test(room);
}

export function isGranted({ grants }: Asker, room: string, level: Level): boolean {
  const levels = ["read", "write", "moderate"];
  return grants === undefined || grants.some((grant) => {
    const covers = grant.room.endsWith("*") ? room.startsWith(grant.room.slice(0, -1)) : grant.room === room;
    return covers && levels.indexOf(grant.may) >= levels.indexOf(level);
  });
}
