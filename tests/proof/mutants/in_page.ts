/** Bugs in the page's own client. @module */

import { inSimulation, inTest, type Mutant } from "./mutant.ts";

const ROOMS = "static/client/rooms.js";
const UNSENT = "static/client/unsent.js";

export const IN_PAGE: readonly Mutant[] = [
  inSimulation("the page does not notice a gap", [
    ROOMS,
    `    if (line.seq > room.seq + 1) return this.join(room);`,
    ``,
  ]),
  inSimulation("the page shows a message twice that comes twice", [ROOMS, `    if (line.seq <= room.seq) return;`, ``]),
  inSimulation("the page resumes before where it is, and shows again what it has", [
    ROOMS,
    `{ epoch: room.epoch, seq: room.seq };`,
    `{ epoch: room.epoch, seq: Math.max(0, room.seq - 1) };`,
  ], [
    ROOMS,
    `if (message.seq > room.seq) this.#receive(room, message);`,
    `this.#receive(room, message);`,
  ]),
  inSimulation("the page keeps its position when it joins under another epoch", [
    ROOMS,
    `    if (hasAnotherEpoch) this.#beginEra(room, 1);`,
    ``,
  ]),
  inSimulation("the page keeps its position over a reset to another epoch", [
    ROOMS,
    `    if (hasAnotherEpoch) this.#beginEra(room, line.first);`,
    ``,
  ]),
  inSimulation("the page passes over what a pong says that it has lost", [
    ROOMS,
    `if (sent.epoch !== room.epoch || sent.seq > room.seq) this.join(room);`,
    ``,
  ]),
  inSimulation("the page does not try again to join a room that it was refused for a time", [
    ROOMS,
    `      this.#world.after(line.retryAfterMs ?? limits.BACKOFF_MOST_MS, again);`,
    ``,
  ]),
  inSimulation("the page asks for history of a room that it is not in", [
    ROOMS,
    `    if (!room.joined) return done(undefined);`,
    ``,
  ]),
  inSimulation("the page puts a page of history in without looking what is there", [
    "static/timeline.js",
    `...items.filter((item) => before === undefined || byPlace(item, before) > 0)`,
    `...items`,
  ]),
  inSimulation("the page forgets what it has not sent when it is loaded again", [
    UNSENT,
    `    this.#adopt(this.#key);`,
    ``,
  ]),
  inSimulation("the page does not take over what another tab has not sent", [
    UNSENT,
    `      if (this.#adopt(key)) storage.set(key, null);`,
    ``,
  ]),
  inSimulation("the page gives up a message that was refused for a time", [
    UNSENT,
    `return this.#wait(entry, line.retryAfterMs ?? limits.RETRY_MS);`,
    `this.remove(entry);`,
  ]),
  inSimulation("the page publishes a message again under another nonce", [
    UNSENT,
    `const { room, nonce, text } = entry;`,
    `const nonce = entry.nonce = this.#world.randomHex(16);
    const { room, text } = entry;`,
  ]),
  // The simulation finds it, but seldom: an acknowledgement has to cross a restore.
  inTest(
    "tests/browser/sending_test.ts",
    "a life of the store that is over",
    "the page takes an acknowledgement of another life of the store for one of this",
    [UNSENT, `entry.epoch !== undefined && entry.epoch === room?.epoch`, `entry.epoch !== undefined`],
  ),
  inSimulation("the page goes on showing as unsent what has come", [
    UNSENT,
    `!(isReceived(entry, room) || (item !== undefined && isSame(entry, item)))`,
    `!isReceived(entry, room)`,
  ]),
];
