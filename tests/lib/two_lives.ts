/** A store that another one is put in the place of while a server is using it: that is another life of its rooms. @module */

import type { Hint, Store } from "../../chat/log/store.ts";

/** Two stores, of which a server is given `store`. */
export class TwoLives {
  readonly store: Store;
  #present: Store;
  #hint: Hint = () => {};

  /** Closed with `store`, both of them. */
  constructor(before: Store, readonly after: Store) {
    this.#present = before;
    this.store = {
      durability: before.durability,
      commit: (...args) => this.#present.commit(...args),
      read: (...args) => this.#present.read(...args),
      reactors: (...args) => this.#present.reactors(...args),
      roomChanges: (...args) => this.#present.roomChanges(...args),
      trim: () => Promise.resolve(false),
      readTime: () => before.readTime(),
      writeTime: (time) => before.writeTime(time),
      watch: (listener) => this.#hint = listener,
      close: () => Promise.all([before.close(), after.close()]).then(() => {}),
    };
  }

  /** The other one is in its place from now on. */
  begin(): void {
    this.#present = this.after;
    this.#hint();
  }
}
