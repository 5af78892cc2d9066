/**
 * A client for programs as a participant: `connect`, as anybody imports it, on a wire that is witnessed. Its streams have
 * to bring all that the wire brought: each event once and in order, or a gap.
 *
 * @module
 */

import type { ChatEvent } from "../../../static/client/connect.d.ts";
import { Chat } from "../../../static/client/chat.js";
import { connect } from "../../../static/client/connect.js";
import { endable } from "../../../static/client/program_world.js";
import { Storage } from "../../../static/client/storage.js";
import type { ProgramChat, ProgramRoom } from "../../clients/program.ts";
import type { ClientLog, Message, Position } from "../judge/evidence.ts";
import { deedOf } from "./deeds.ts";
import { witnessed } from "./witness.ts";
import type { Act, Connection, Dial, Identity, Participant, World } from "./world.ts";

/** Newest messages that it remembers of a room, to do something to. */
const REMEMBERED = 40;

/** What it knows of a room. */
interface Followed {
  room: ProgramRoom;
  position?: Position;
  /** Whether events are passed over since the last one that was in its place: a gap was told. */
  isLoose: boolean;
  messages: Message[];
  /** How many of its commands have no answer. */
  waiting: number;
}

export abstract class ProgramClient implements Participant {
  readonly log: ClientLog;
  readonly rooms: readonly string[];
  readonly #world: World;
  readonly #key: string | undefined;
  readonly #followed = new Map<string, Followed>();
  #chat: ProgramChat | undefined;
  #said = 0;

  constructor({ name, id, key, rooms }: Identity, world: World) {
    this.log = { name, id, dialect: "chat.v1", events: [] };
    this.rooms = rooms;
    this.#world = world;
    this.#key = key;
  }

  start(): void {
    this.#chat = this.connect({ name: `Name of ${this.log.name}`, identity: this.#key });
    for (const name of this.rooms) this.#follow(name);
    this.#wake();
  }

  act({ type, room: name, filling = "" }: Act): void {
    const followed = this.#followed.get(name);
    if (this.#chat === undefined || followed === undefined) return;
    const text = `${this.log.name} says ${++this.#said} in ${name} ${filling}`;
    const random = this.#world.random;
    const situation = {
      id: this.log.id,
      isProven: true,
      messages: followed.messages,
      unacknowledged: [],
      text,
      random,
    };
    const deed = type === "say" ? { type: "publish" as const, text } : deedOf(type, situation);
    if (deed === undefined) return;
    const { room } = followed;
    if (deed.type === "publish") {
      this.log.events.push({ at: this.#world.now(), type: "said", room: name, text });
      const nonce = `${this.log.name}-${this.#said}`;
      // Somebody who is told that what it answers has gone says it all the same, which is something else.
      const again = () => room.send(text, { nonce: `${nonce}-again` });
      return this.#await(followed, room.send(text, { reply: deed.reply, nonce }).catch(again));
    }
    const target = { seq: deed.target!, epoch: followed.position?.epoch };
    if (deed.type === "edit") this.#await(followed, room.edit({ ...target, version: deed.version }, deed.text));
    else if (deed.type === "delete") this.#await(followed, room.remove(target));
    else if (deed.type === "react") this.#await(followed, room.react(target, deed.emoji, deed.on));
  }

  stop(): void {
    this.#chat?.close();
    this.#chat = undefined;
  }

  keeps(): boolean {
    return this.rooms.some((room) => this.waiting(room) > 0);
  }

  waiting(room: string): number {
    return this.#followed.get(room)?.waiting ?? 0;
  }

  position(room: string): Position | undefined {
    return this.#followed.get(room)?.position;
  }

  unfinished(head: (room: string) => Position): string[] {
    return this.rooms.flatMap((room) => {
      const { epoch, seq } = head(room);
      const position = this.position(room);
      const lacks = this.waiting(room) === 0
        ? []
        : [`${this.waiting(room)} of its commands in ${room} are not answered`];
      if (position?.epoch === epoch && position.seq === seq) return lacks;
      return [
        ...lacks,
        `its stream has ${position?.seq} (${position?.epoch}) of ${room}, which is at ${seq} (${epoch})`,
      ];
    });
  }

  protected abstract connect(options: { name: string; identity: string | undefined }): ProgramChat;

  #follow(name: string): void {
    const room = this.#chat!.room(name, { after: "start" });
    const followed: Followed = { room, isLoose: true, messages: [], waiting: 0 };
    this.#followed.set(name, followed);
    (async () => {
      for await (const event of room) this.#take(followed, event);
    })().catch((error) => this.#wrong(`the stream of ${name} ended: ${error}`));
  }

  /** What comes must follow what came before, unless it was told that something is missing. */
  #take(followed: Followed, event: ChatEvent): void {
    if (event.type === "people") return;
    if (event.type === "gap") {
      followed.isLoose = true;
      if (event.reason !== "trimmed") followed.messages = [];
      return;
    }
    const { epoch, seq } = event;
    const before = followed.position;
    const isNext = before?.epoch === epoch && seq === before.seq + 1;
    const isLater = before === undefined || before.epoch !== epoch || seq > before.seq;
    if (!(followed.isLoose ? isLater : isNext)) {
      this.#wrong(
        `its stream brought ${seq} (${epoch}) of ${followed.room.name} after ${before?.seq} (${before?.epoch})`,
      );
    }
    // Pages have no changes: from there on it is told everything one by one again.
    if (event.type === "change") followed.isLoose = false;
    followed.position = { epoch, seq };
    if (event.type !== "message") return;
    followed.messages.push(event as Message);
    if (followed.messages.length > REMEMBERED) followed.messages.shift();
  }

  #await(followed: Followed, stored: Promise<unknown>): void {
    followed.waiting++;
    stored.catch(() => {}).finally(() => followed.waiting--);
  }

  #wrong(what: string): void {
    this.log.events.push({ at: this.#world.now(), type: "wrong", promise: 2, what });
  }

  /** As a program does that learns of its network. */
  #wake(): void {
    this.#world.after(this.#world.patience.pingMs, () => {
      if (this.#chat === undefined) return;
      this.#chat.wake();
      this.#wake();
    });
  }
}

/** The client in JavaScript. */
export class PackageClient extends ProgramClient {
  readonly #dial: Dial;

  constructor(identity: Identity, world: World) {
    super(identity, world);
    this.#dial = witnessed(world.dial, this.log, world.now);
  }

  protected override connect(options: { name: string; identity: string | undefined }): ProgramChat {
    const dial = this.#dial;
    class Socket extends WitnessedSocket {
      constructor() {
        super(dial);
      }
    }
    return connect("ws://proof", { ...options, WebSocket: Socket });
  }
}

/** The same in a world that is made up: on its clock, with its chance and its timers. */
export class SimulatedPackageClient extends ProgramClient {
  readonly #dial: Dial;
  readonly #simulated: World;

  constructor(identity: Identity, world: World) {
    super(identity, world);
    this.#simulated = world;
    this.#dial = witnessed(world.dial, this.log, world.now);
  }

  protected override connect(options: { name: string; identity: string | undefined }): ProgramChat {
    const { now, random, after } = this.#simulated;
    const world = endable({
      now,
      elapsed: now,
      random: () => random.next(),
      randomHex: (bytes) => Array.from({ length: bytes }, () => random.int(16, 255).toString(16)).join(""),
      storage: new Storage(() => {
        throw new Error("There is none");
      }),
      tab: "program",
      after(ms, run) {
        let isDue = true;
        after(ms, () => isDue && run());
        return () => isDue = false;
      },
      dial: (_url, _protocol, { opened, received, closed }) => {
        let isOpen = true;
        const connection = this.#dial({
          opened: () => isOpen && opened(),
          frame: (text) => isOpen && received(text),
          closed: (code) => isOpen && closed(code),
        });
        const close = () => {
          isOpen = false;
          connection.close("the program closes it");
        };
        return { send: (frame) => connection.send(frame), close };
      },
    });
    return new Chat(world, "", options);
  }
}

/** As much of a `WebSocket` as the package uses. */
class WitnessedSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly #connection: Connection;

  constructor(dial: Dial) {
    this.#connection = dial({
      opened: () => this.onopen?.(),
      frame: (data) => this.onmessage?.({ data }),
      closed: (code) => this.onclose?.({ code }),
    });
  }

  send(frame: string): void {
    this.#connection.send(frame);
  }

  close(): void {
    this.#connection.close("the program closes it");
  }
}
