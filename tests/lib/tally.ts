/** Counts what `deno test` prints. @module */

/** How a run of the tests went, read off its output. */
export class Tally {
  #rest = "";
  #summary: { passed: number; failed: number; ignored: number } | undefined;
  /** How many tests were left out for want of what: `chromium (apt install chromium)`. */
  readonly #lacking = new Map<string, number>();

  /** Takes some more output. */
  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    // deno-lint-ignore no-control-regex -- the colours of terminals
    for (const line of lines) this.#takeLine(line.replace(/\x1b\[[0-9;]*m/g, ""));
  }

  /**
   * The sum of it.
   *
   * @param success whether the run ended with 0
   * @param strict whether a test that was left out counts as failed
   */
  end(success: boolean, strict: boolean): { line: string; failed: number } {
    this.take("\n");
    // Without its summary, or with another end than it says, something broke that is no test.
    const { passed, failed: broken, ignored } = this.#summary ?? { passed: 0, failed: 1, ignored: 0 };
    const failed = Math.max(broken + (strict ? ignored : 0), success ? 0 : 1);
    if (ignored === 0) return { line: `${passed} passed, ${failed} failed`, failed };
    const reasons = Array.from(this.#lacking, ([tool, count]) => tool.replace(" (", ` ${count} (`));
    const unexplained = ignored - this.#lacking.values().reduce((sum, count) => sum + count, 0);
    if (unexplained > 0) reasons.push(`without a reason ${unexplained}`);
    return { line: `${passed} passed, ${failed} failed, ${ignored} skipped: ${reasons.join(", ")}`, failed };
  }

  #takeLine(line: string): void {
    const lacking = /\[needs (.*)\] \.\.\. ignored/.exec(line)?.[1];
    if (lacking !== undefined) this.#lacking.set(lacking, (this.#lacking.get(lacking) ?? 0) + 1);
    const summary = /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(?:.*? \| (\d+) ignored)?/.exec(line);
    if (!summary) return;
    const [passed, failed, ignored] = summary.slice(1).map((count) => Number(count ?? 0));
    this.#summary = { passed: passed!, failed: failed!, ignored: ignored! };
  }
}
