/**
 * Counts of what the service does, for operators. https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @module
 */

/** A number that is read when somebody asks. */
interface Metric {
  help: string;
  type: "counter" | "gauge";
  read(): number;
}

/** A set of named numbers. */
export class Metrics {
  readonly #metrics = new Map<string, Metric>();

  /** Adds one that only grows. @param name ends in `_total` */
  counter(name: string, help: string, read: () => number): void {
    this.#metrics.set(name, { help, type: "counter", read });
  }

  /** Adds one that goes up and down. @param name ends in its unit */
  gauge(name: string, help: string, read: () => number): void {
    this.#metrics.set(name, { help, type: "gauge", read });
  }

  /** All of them in the Prometheus text format. */
  render(): string {
    return Array.from(
      this.#metrics,
      ([name, { help, type, read }]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${read()}\n`,
    ).join("");
  }
}
