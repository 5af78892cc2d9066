/**
 * Makes a {@linkcode MessageLog} of a {@linkcode Store}, the same for every backend. Appends are committed in groups
 * and reach the tails; rooms are read and followed; messages past retention are removed.
 *
 * @module
 */

import { type Clock, systemClock } from "../base/clock.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { GroupCommit } from "./group_commit.ts";
import { type MessageLog, StoreUnavailableError } from "./message_log.ts";
import type { Store } from "./store.ts";
import { readerOf } from "./reader.ts";
import { type Retention, sweepRetention } from "./retention.ts";
import { StoreClock } from "./store_clock.ts";
import { Tails } from "./tails.ts";

/**
 * Opens a log on a store, which it owns from then on.
 *
 * @param report called when the store fails or recovers, not once per message
 * @param retention which messages are removed; default: none
 */
export function openLog(
  store: Store,
  clock: Clock = systemClock,
  report: ReportTrouble = () => {},
  retention: Retention = { messages: 0, days: 0 },
): MessageLog {
  let closing: Promise<void> | undefined;
  // What fails because the store is being closed is no trouble. An append is: its author is told that it failed.
  const reportWhileOpen: ReportTrouble = (...trouble) => closing === undefined && report(...trouble);

  const storeClock = new StoreClock(store, clock, report);
  const read = readerOf(store, clock, reportWhileOpen);
  const tails = new Tails(store, read, clock, report);
  const commits = new GroupCommit(store, storeClock, tails, clock, report);
  const stopSweep = sweepRetention(store, storeClock, retention, clock, reportWhileOpen);

  async function close(): Promise<void> {
    stopSweep();
    await commits.close();
    tails.close();
    await store.close();
  }
  return {
    durability: store.durability,
    append: (room, event, condition) =>
      closing ? Promise.reject(closed("append")) : commits.append(room, event, condition),
    async read(room, range) {
      if (closing) throw closed("read");
      const page = await read(room, range);
      // A reader may be the first to see that the store is another one.
      tails.saw(room, page.epoch, 0);
      return page;
    },
    roomChanges: (room, after) => closing ? Promise.reject(closed("read")) : store.roomChanges(room, after),
    reactors: (room, range) => closing ? Promise.reject(closed("read")) : store.reactors(room, range),
    rooms: store.rooms && ((range) => closing ? Promise.reject(closed("read")) : store.rooms!(range)),
    secretFor: store.secretFor && ((row) => store.secretFor!(row)),
    people: store.people,
    identities: store.identities,
    bots: store.bots,
    invites: store.invites,
    reports: store.reports,
    leases: store.leases,
    signals: store.signals,
    async subscribe(room, listener) {
      if (closing) throw closed("subscribe");
      return await tails.follow(room, listener);
    },
    close: () => closing ??= close(),
  };
}

function closed(what: string): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot ${what}: the log is closed`);
}
