/**
 * The service's counts, and how late its event loop is: the one number that says whether the process has too much to do.
 *
 * @module
 */

import { type Cancel, type Clock, every } from "../base/clock.ts";
import { Metrics } from "./metrics.ts";

/** Where the counts come from. */
export interface StatsSource {
  /** As they stand now. */
  readonly stats: {
    connections: number;
    sockets: number;
    rooms: number;
    received: number;
    tooSlow: number;
    overloaded: boolean;
    shed: number;
    waitingBytes: number;
  };
}

/** What the log counts. */
export interface LogCounts {
  /** Lines that could not be written. */
  readonly dropped: number;
  /** Bytes that wait to be written. */
  readonly waitingBytes: number;
  /** How often `trouble` was told. */
  readonly troubles: number;
}

/** What is counted of requests. */
export interface RefusedCounts {
  readonly total: number;
}

/** How often the event loop is asked for its lag, in milliseconds. */
const LAG_EVERY_MS = 500;
/** How much of the worst lag is forgotten each time it is asked. */
const LAG_DECAY = 0.9;

/**
 * Gathers the counts.
 *
 * @returns the metrics, and what ends the measuring
 */
export function serviceMetrics(
  source: StatsSource,
  log: LogCounts,
  refused: RefusedCounts,
  clock: Clock,
): { metrics: Metrics; stop: Cancel } {
  const metrics = new Metrics();
  metrics.gauge("switchboard_connections", "Connections being served", () => source.stats.connections);
  metrics.gauge(
    "switchboard_sockets",
    "Sockets not closed yet, those given up on included",
    () => source.stats.sockets,
  );
  metrics.gauge("switchboard_rooms", "Rooms open in this process", () => source.stats.rooms);
  metrics.counter("switchboard_received_total", "Messages and commands received", () => source.stats.received);
  metrics.counter("switchboard_too_slow_total", "Connections closed because nobody read", () => source.stats.tooSlow);
  metrics.gauge(
    "switchboard_overloaded",
    "1 while no new connections are taken because of overload",
    () => Number(source.stats.overloaded),
  );
  metrics.counter("switchboard_shed_total", "Connections closed because of overload", () => source.stats.shed);
  metrics.gauge("switchboard_waiting_bytes", "Bytes that wait for peers to read them", () => source.stats.waitingBytes);
  metrics.counter(
    "switchboard_refused_total",
    "Requests that were refused: for sockets, or with too large a head",
    () => refused.total,
  );
  metrics.counter("switchboard_trouble_total", "Lines of trouble in the log, written or not", () => log.troubles);
  metrics.counter("switchboard_log_dropped_total", "Lines of the log that could not be written", () => log.dropped);
  metrics.gauge("switchboard_log_waiting_bytes", "Bytes of the log that wait to be written", () => log.waitingBytes);
  metrics.gauge("switchboard_memory_bytes", "Resident memory", () => Deno.memoryUsage().rss);

  let lagMs = 0;
  const stop = every(clock, LAG_EVERY_MS, (lateMs) => {
    lagMs = Math.max(lateMs, lagMs * LAG_DECAY);
  });
  metrics.gauge("switchboard_loop_lag_seconds", "How late timers are at worst, of late", () => lagMs / 1000);
  return { metrics, stop };
}
