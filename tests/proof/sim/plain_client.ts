/**
 * A simulated plain client: it says what it has to say while it is connected, and reads.
 *
 * @module
 */

import type { ClientEvent, ClientLog } from "../judge/evidence.ts";
import type { ClientWorld, Participant, WithoutTime } from "./client.ts";
import type { Link, LinkListener } from "./link.ts";
import type { Random } from "../../lib/random.ts";
import type { Act, ClientPlan } from "./scenario.ts";
export class PlainClient implements Participant {
  readonly plan: ClientPlan;
  readonly log: ClientLog;
  readonly #world: ClientWorld;
  readonly #random: Random;
  #link: Link | undefined;
  #isOpen = false;
  #session = 0;
  #said = 0;

  /** Does nothing until it is started. */
  constructor(plan: ClientPlan, world: ClientWorld, random: Random) {
    this.plan = plan;
    this.#world = world;
    this.#random = random;
    this.log = { name: plan.name, id: plan.id, dialect: "plain", room: plan.rooms[0], events: [] };
  }

  get link(): Link | undefined {
    return this.#link;
  }

  start(): void {
    const session = ++this.#session;
    const whileOn = (run: () => void) => session === this.#session && run();
    const listener: LinkListener = {
      opened: () =>
        whileOn(() => {
          this.#isOpen = true;
          this.#note({ type: "opened" });
        }),
      frame: (text) => whileOn(() => this.#note({ type: "text", text })),
      closed: (code, reason) => whileOn(() => this.#closed(`${code} ${reason}`.trim())),
    };
    this.#link = this.#world.dial({ plan: this.plan, random: this.#random, listener });
    if (this.#link === undefined) this.#comeBack();
  }

  act({ type, room }: Act): void {
    if (type !== "say" || !this.#isOpen) return;
    const text = `${this.plan.name} plainly says ${++this.#said} ${"x".repeat(this.plan.filling)}`;
    this.#note({ type: "sent", room, text });
    this.#link!.sendUp(text);
  }

  stop(): void {
    this.#session = -1;
    this.#isOpen = false;
    this.#link?.closeFromClient();
    this.#link = undefined;
  }

  #closed(why: string): void {
    this.#note({ type: "closed", why });
    this.#isOpen = false;
    this.#link = undefined;
    this.#comeBack();
  }

  #comeBack(): void {
    this.#world.time.after(this.#random.between(0, 1_500), () => {
      if (this.#session >= 0 && this.#link === undefined) this.start();
    });
  }

  #note(event: WithoutTime<ClientEvent>): void {
    this.log.events.push({ at: this.#world.time.now, ...event } as ClientEvent);
  }
}
