/** What one process of the service is, but for its network: a store, a log and a manager, whose sockets are read here. @module */

import type { Clock } from "../../../chat/base/clock.ts";
import { openLog } from "../../../chat/log/open_log.ts";
import type { Store } from "../../../chat/log/store.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { ConnectionManager } from "../../../connection_manager.ts";
import { FakeSocket } from "../../lib/fake_socket.ts";
import { Waiters } from "../../lib/patience.ts";

/** Somebody in one room, who reads every frame. */
export class Member extends FakeSocket {
  readonly id: string;
  readonly room: string;
  /** The `seq` of each message, in the order in which they came. */
  readonly seqs: number[] = [];
  /** The ids that were said to type. */
  readonly typing: string[] = [];
  /** The newest number of members. */
  memberCount = 0;
  /** What it asked last was refused: the store may be busy. */
  isRefused = false;
  readonly #waiters: Waiters;

  constructor(id: string, room: string, waiters: Waiters) {
    super();
    this.id = id;
    this.room = room;
    this.#waiters = waiters;
  }

  override send(data: string): void {
    for (const text of data.split("\n")) this.#read(text);
    this.#waiters.wake();
  }

  /** Asks to be in the room: it is once `memberCount` is told. */
  join(): void {
    this.isRefused = false;
    this.receive(JSON.stringify({ type: "join", ref: "2", room: this.room }));
  }

  /** Says that it is typing. */
  type(): void {
    this.receive(JSON.stringify({ type: "typing", room: this.room }));
  }

  #read(text: string): void {
    const { type, seq, id, memberCount } = JSON.parse(text);
    if (type === "error") this.isRefused = true;
    if (type === "message") this.seqs.push(seq);
    else if (type === "typing") this.typing.push(id);
    this.memberCount = memberCount ?? this.memberCount;
  }
}

export class ChatProcess {
  readonly store: Store;
  readonly manager: ConnectionManager;
  readonly members: Member[] = [];
  readonly troubles: string[] = [];
  readonly #waiters: Waiters;

  private constructor(store: Store, clock: Clock, waiters: Waiters, hinted: (by: ChatProcess, room: string) => void) {
    this.store = store;
    this.#waiters = waiters;
    const watch = store.watch!.bind(store);
    store.watch = (hint) =>
      watch((room, events, epoch) => {
        if (room !== undefined) hinted(this, room);
        hint(room, events, epoch);
      });
    this.manager = new ConnectionManager({
      log: openLog(store, clock),
      clock,
      limitRate: false,
      logger: (event, fields) => {
        if (event === "trouble") this.troubles.push(JSON.stringify(fields));
      },
    });
  }

  /** @param hinted is told of each hint that there may be more in a room */
  static async open(
    url: string,
    clock: Clock,
    waiters: Waiters,
    hinted: (by: ChatProcess, room: string) => void,
  ): Promise<ChatProcess> {
    return new ChatProcess(await openPostgresStore(url, { clock }), clock, waiters, hinted);
  }

  /** Somebody comes, who may join the room. */
  connect(id: string, room: string): Member {
    const member = new Member(id, room, this.#waiters);
    this.members.push(member);
    this.manager.connect(member, { id, dialect: "chat.v1", address: "nowhere" }, "");
    member.receive(JSON.stringify({ type: "hello", ref: "1" }));
    return member;
  }

  async close(): Promise<void> {
    const ended = this.manager.drain();
    for (const member of this.members) member.close(1000, "");
    await ended;
  }
}
