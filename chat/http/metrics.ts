/**
 * The service's counts, for operators, and how late its event loop is: the one number that says whether the process has too much to do.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { type Cancel, type Clock, every } from "../base/clock.ts";
import { tooOldFor } from "../base/runtime.ts";
import type { Stats } from "../overload/stats.ts";
import { type Asked, type HttpOptions, HttpRefusal } from "./options.ts";

/** A number that is read when somebody asks. The name of one that only grows ends in `_total`, any other's in its unit. */
type Metric = [name: string, help: string, read: () => number];

/** The first Deno that says whether it sends telemetry. */
const TELEMETRY_MINOR = 9;
/** How often the event loop is asked for its lag, in milliseconds. */
const LAG_EVERY_MS = 500;
/** How much of the worst lag is forgotten each time it is asked. */
const LAG_DECAY = 0.9;

/** Gathers the counts. @returns a function that writes them in the text format, and one that ends the measuring */
export function serviceMetrics(
  source: { readonly stats: Stats },
  log: { troubles: number; lines: { dropped: number; waitingBytes: number } },
  refused: { total: number },
  clock: Clock,
): { render(): string; stop: Cancel } {
  let lagMs = 0;
  const stop = every(clock, LAG_EVERY_MS, (lateMs) => {
    lagMs = Math.max(lateMs, lagMs * LAG_DECAY);
    tellRuntime?.();
  });
  const metrics: Metric[] = [
    ["connections", "Connections being served", () => source.stats.connections],
    ["sockets", "Sockets not closed yet, those given up on included", () => source.stats.sockets],
    ["requests", "Requests under way that read or change a room", () => source.stats.visitors],
    ["rooms", "Rooms open in this process", () => source.stats.rooms],
    ["received_total", "Messages and commands received that were not too many", () => source.stats.received],
    ["too_slow_total", "Connections closed because nobody read", () => source.stats.tooSlow],
    ["overloaded", "1 while no new connections are taken because of overload", () => Number(source.stats.overloaded)],
    ["shed_total", "Connections closed because of overload", () => source.stats.shed],
    ["waiting_bytes", "Bytes that wait for peers to read them", () => source.stats.waitingBytes],
    ["refused_total", "Requests that were refused: for sockets, or with too large a head", () => refused.total],
    ["trouble_total", "Lines of trouble in the log, written or not", () => log.troubles],
    ["log_dropped_total", "Lines of the log that could not be written", () => log.lines.dropped],
    ["log_waiting_bytes", "Bytes of the log that wait to be written", () => log.lines.waitingBytes],
    ["memory_bytes", "Resident memory", () => Deno.memoryUsage().rss],
    ["loop_lag_seconds", "How late timers are at worst, of late", () => lagMs / 1000],
  ];
  const tellRuntime = runtimeMetrics(metrics);
  return { render: () => metrics.map(render).join(""), stop };
}

/**
 * A function that gives them to the runtime, if it sends its own to somewhere (`OTEL_DENO=true`). It is not asked for them: a process that ends while it is
 * being asked would wait for itself.
 */
function runtimeMetrics(metrics: Metric[]): (() => void) | undefined {
  // Older ones end at once when they are asked.
  if (tooOldFor(TELEMETRY_MINOR) !== undefined) return undefined;
  let meter;
  try {
    meter = Deno.telemetry.meterProvider.getMeter("switchboard");
  } catch {
    return undefined;
  }
  const tellers = metrics.map(([shortName, description, read]) => {
    const name = `switchboard.${shortName.replace(/_total$/, "")}`;
    if (!shortName.endsWith("_total")) {
      const gauge = meter.createGauge(name, { description });
      return () => gauge.record(read());
    }
    const counter = meter.createCounter(name, { description });
    let told = 0;
    return () => {
      const now = read();
      counter.add(now - told);
      told = now;
    };
  });
  return () => tellers.forEach((tell) => tell());
}

export function metrics(asked: Asked, { metrics, metricsToken }: HttpOptions): Response {
  // The page in their place would pass for metrics with a client that checks the status only.
  if (metrics === undefined) throw new HttpRefusal(404, "Metrics are off here: METRICS=on serves them");
  if (!isFromHere(asked) && !hasToken(asked, metricsToken)) {
    const message = "Metrics are for this machine, and for those who send Authorization: Bearer METRICS_TOKEN";
    throw new HttpRefusal(401, message, { "www-authenticate": "Bearer" });
  }
  return new Response(metrics());
}

/** What a proxy on this machine passes on comes from here as well: what it adds tells. */
function isFromHere({ address, headers }: Asked): boolean {
  const isForwarded = ["x-forwarded-for", "forwarded", "via"].some((name) => headers.has(name));
  return !isForwarded && /^(127\.[\d.]+|\[::1\])(:\d+)?$/.test(address);
}

/** By their digests, because the time of a comparison would tell how much of a token is right. */
function hasToken({ headers }: Asked, token: string | undefined): boolean {
  const given = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (token === undefined || given === undefined) return false;
  const digestOf = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digestOf(given), digestOf(token));
}

function render([shortName, help, read]: Metric): string {
  const name = `switchboard_${shortName}`;
  const type = name.endsWith("_total") ? "counter" : "gauge";
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${read()}\n`;
}
