/**
 * A client's connection that is opened again whenever it breaks: what both dialects have in common.
 *
 * @module
 */

import type { ClientLog } from "../judge/evidence.ts";
import { witnessed } from "./witness.ts";
import type { Connection, Dial, Identity, World } from "./world.ts";

export abstract class Reconnecting {
  readonly log: ClientLog;
  readonly rooms: readonly string[];
  protected readonly world: World;
  /** How long the server wants it to stay away after this connection. */
  protected comeBackAfterMs: number | undefined;
  readonly #dial: Dial;
  #connection: Connection | undefined;
  #session = 0;
  #isOpen = false;
  #failures = 0;
  #stopped = false;

  constructor({ name, id, rooms }: Identity, dialect: ClientLog["dialect"], world: World) {
    this.log = { name, id, dialect, room: dialect === "plain" ? rooms[0] : undefined, events: [] };
    this.rooms = rooms;
    this.world = world;
    this.#dial = witnessed(world.dial, this.log, world.now);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  start(): void {
    this.#session++;
    this.#connection = this.#dial({
      opened: () => {
        this.#isOpen = true;
        this.opened();
      },
      frame: (text) => this.take(text),
      closed: () => this.#over(),
    });
    this.later(this.world.patience.connectMs, () => this.#isOpen || this.giveUp("no connection in time"));
  }

  /** Leaves, never to return. */
  stop(): void {
    this.#stopped = true;
    this.giveUp("it leaves");
  }

  protected abstract opened(): void;
  protected abstract take(frame: string): void;
  protected abstract lost(): void;

  protected send(frame: string): void {
    this.#connection?.send(frame);
  }

  /** Takes the connection as broken. The other side may not know of that for a while. */
  protected giveUp(why: string): void {
    this.#connection?.close(why);
    if (this.#connection !== undefined) this.#over();
  }

  /** It works: the next break is the first one again. */
  protected steady(): void {
    this.#failures = 0;
  }

  /** Does something later, unless the connection has ended by then. */
  protected later(ms: number, run: () => void): void {
    const session = this.#session;
    this.world.after(ms, () => session === this.#session && run());
  }

  #over(): void {
    const { patience: { firstWaitMs, longestWaitMs }, random } = this.world;
    this.#session++;
    this.#isOpen = false;
    this.#connection = undefined;
    this.lost();
    const bound = Math.min(firstWaitMs * 2 ** this.#failures++, longestWaitMs);
    const waitMs = this.comeBackAfterMs ?? random.between(0, bound);
    this.comeBackAfterMs = undefined;
    this.later(waitMs, () => this.#stopped || this.start());
  }
}
