/**
 * A plain client, as of the tutorials: it says things while it is connected, reads what is said, and connects again when it is
 * disconnected. It is promised no message that came while it was away.
 *
 * @module
 */

import { Reconnecting } from "./reconnecting.ts";
import type { Act, Identity, Participant, World } from "./world.ts";

export class PlainClient extends Reconnecting implements Participant {
  #said = 0;

  constructor(identity: Identity, world: World) {
    super(identity, "plain", world);
  }

  act({ type, filling = "" }: Act): void {
    if (type === "say" && this.isOpen) this.send(`${this.log.name} plainly says ${++this.#said} ${filling}`);
  }

  keeps(): boolean {
    return false;
  }

  waiting(): number {
    return 0;
  }

  position(): undefined {}

  unfinished(): string[] {
    return this.isOpen ? [] : ["it is not connected"];
  }

  protected override opened(): void {
    this.steady();
  }

  protected override take(): void {}

  protected override lost(): void {}
}
