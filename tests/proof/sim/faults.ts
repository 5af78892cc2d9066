/**
 * Makes planned faults happen.
 *
 * @module
 */

import type { Snapshot } from "./database.ts";
import type { Network } from "./network.ts";
import { describeFault, type PlannedFault } from "./scenario.ts";
import type { Server } from "./server.ts";
import type { Weather } from "./sim_store.ts";
import type { Storage } from "./storage.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** What faults work on. */
export interface FaultWorld {
  readonly time: VirtualTime;
  readonly storage: Storage;
  readonly servers: readonly Server[];
  readonly network: Network;
  /** The last event of a room that may be trimmed. */
  trimmable(room: string): number;
  /** Notes that something was done. */
  tell(what: string): void;
  /** Another program writes messages. */
  writeFromOutside(room: string, count: number, filling: number): void;
}

type Of<T extends PlannedFault["type"]> = Extract<PlannedFault, { type: T }>;

/** Plans a fault for its moment. */
export function carryOut(fault: PlannedFault, world: FaultWorld): void {
  if (fault.type === "restore") return restore(fault, world);
  world.time.at(fault.at, () => {
    world.tell(describeFault(fault));
    begin(fault, world);
  });
}

function begin(fault: Exclude<PlannedFault, { type: "restore" }>, world: FaultWorld): void {
  const { time, servers, network: { links } } = world;
  switch (fault.type) {
    case "crash":
      servers[fault.server]!.crash(fault.silently);
      return void time.after(fault.backAfterMs, () => servers[fault.server]!.start());
    case "fail point":
      return servers[fault.server]!.arm(fault);
    case "drain":
      return servers[fault.server]!.drain(fault.backAfterMs);
    case "clock":
      return servers[fault.server]!.shiftClock(fault.byMs);
    case "partition":
      return partition(fault, world);
    case "cut":
      return links[fault.client]?.cut();
    case "freeze":
      return links[fault.client]?.freeze(fault.ms);
    case "half-open":
      return links[fault.client]?.freeze(Infinity);
    case "slow": {
      const link = links[fault.client];
      link?.throttle(fault.bytesPerMs);
      return void time.after(fault.ms, () => link?.throttle(Infinity));
    }
    case "trim":
      return trim(fault, world);
    case "hole":
      return lose(fault, world);
    case "burst":
      return world.writeFromOutside(fault.room, fault.count, fault.filling);
    default:
      return changeWeather(fault, world);
  }
}

function changeWeather(
  fault: Of<"stall"> | Of<"refuse"> | Of<"lose answers"> | Of<"lose hints"> | Of<"late hints">,
  world: FaultWorld,
): void {
  const { time, storage: { weather, fair } } = world;
  const change = (values: Partial<Weather>, after: Partial<Weather>) => {
    Object.assign(weather, values);
    time.after(fault.ms, () => Object.assign(weather, after));
  };
  if (fault.type === "stall") weather.stalledUntil = Math.max(weather.stalledUntil, time.now + fault.ms);
  else if (fault.type === "refuse") change({ refuses: fault.probability }, { refuses: 0 });
  else if (fault.type === "lose answers") change({ losesAnswers: fault.probability }, { losesAnswers: 0 });
  else if (fault.type === "lose hints") change({ losesHints: fault.probability }, { losesHints: fair.losesHints });
  else change({ hintDelayMs: fault.delayMs }, { hintDelayMs: fair.hintDelayMs });
}

function partition({ server, ms }: Of<"partition">, { time, servers }: FaultWorld): void {
  const { store } = servers[server]!;
  if (store === undefined) return;
  store.partitioned = true;
  time.after(ms, () => store.partitioned = false);
}

function trim({ keep, keepChanges }: Of<"trim">, world: FaultWorld): void {
  const { database } = world.storage;
  for (const room of database.rooms) {
    const { head } = database.read(room, { limit: 0 });
    const most = world.trimmable(room);
    const upTo = (count: number) => Math.max(Math.min(head - count, most), 0) + 1;
    world.storage.trim(room, upTo(keep), upTo(keepChanges));
  }
}

/** What may be trimmed may be lost: a command that its author sends again would otherwise be stored twice. */
function lose({ room, count, newer }: Of<"hole">, world: FaultWorld): void {
  const { first, floor, head } = world.storage.database.read(room, { limit: 0 });
  const to = Math.min(head - newer, world.trimmable(room));
  const from = Math.max(first, floor + 1, to - count + 1);
  // The room's own row says where it begins and ends.
  if (to > from) world.storage.lose(room, from, to);
}

function restore({ at, from, type }: Of<"restore">, world: FaultWorld): void {
  const { time, storage: { database, losses, latencyMs } } = world;
  let snapshot: Snapshot | undefined;
  if (from > 0) time.at(from, () => snapshot = database.snapshot());
  time.at(at, () => {
    // A store inside the process is exchanged while the process is down.
    if (latencyMs === 0) { for (const server of world.servers) server.crash(false); }
    database.restore(snapshot);
    for (const server of world.servers) time.after(100, () => latencyMs === 0 && server.start());
    losses.push({ from, to: at });
    world.tell(
      `${type}: the store is ${from === 0 ? "emptied" : `put back to what it was at ${from} ms`}: ${database.epoch}`,
    );
  });
}
