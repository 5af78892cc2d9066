/** What the runtime sends to a collector of OpenTelemetry, if it is told to. @module */

import { assert, assertEquals, assertStringIncludes } from "../lib/assert.ts";
import { PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { ServiceProcess } from "../lib/process.ts";

interface Exported {
  resourceSpans?: { scopeSpans: { spans: { attributes: unknown }[] }[] }[];
  resourceMetrics?: { scopeMetrics: { metrics: Sent[] }[] }[];
}
interface Sent {
  name: string;
  gauge?: Points;
  sum?: Points;
}
interface Points {
  dataPoints: { asDouble: number }[];
}

/** Takes what is sent by OTLP, and keeps the newest value of each metric. */
class Collector implements AsyncDisposable {
  readonly values = new Map<string, number>();
  readonly spans: string[] = [];
  readonly #server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { resourceSpans = [], resourceMetrics = [] }: Exported = await request.json();
    for (const { spans } of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)) {
      this.spans.push(...spans.map(({ attributes }) => JSON.stringify(attributes)));
    }
    for (const { metrics } of resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics)) {
      for (const { name, gauge, sum } of metrics) {
        const value = (gauge ?? sum)?.dataPoints[0]?.asDouble;
        if (value !== undefined) this.values.set(name, value);
      }
    }
    return Response.json({});
  });

  /** Starts a server that sends here. */
  start(env: Record<string, string>): Promise<ServiceProcess> {
    return ServiceProcess.start({
      env: {
        OTEL_DENO: "true",
        OTEL_SERVICE_NAME: "switchboard",
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_METRIC_EXPORT_INTERVAL: "200",
        OTEL_BSP_SCHEDULE_DELAY: "100",
        ...env,
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

Deno.test("a collector is sent the metrics, and spans unless they are turned off", async () => {
  await using all = new Collector();
  await using quiet = new Collector();
  // They are killed in the end: asked to stop, the runtime does not always end while it sends telemetry.
  await using traced = await all.start({});
  await using untraced = await quiet.start({ OTEL_TRACES_SAMPLER: "always_off" });
  for (const [collector, service] of [[all, traced], [quiet, untraced]] as const) {
    await using ada = await PlainClient.open(service, "ada");
    ada.send("hello");
    await ada.untilFrame("Client #ada says: hello");
    await eventually(() => collector.values.get("switchboard.connections") === 1, "the connection to be counted");
    await eventually(() => collector.values.get("switchboard.received") === 1, "the message to be counted");
  }
  await eventually(() => all.spans.length > 0, "a span");
  assertStringIncludes(all.spans[0]!, "/ws/ada");
  assert((all.values.get("switchboard.memory_bytes") ?? 0) > 1_000_000);
  assertEquals(quiet.spans, []);
});
