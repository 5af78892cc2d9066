/// <reference lib="dom" />
/** What a busy room costs whoever looks at it. @module */

import type { CDPSession, Page } from "../../lib/playwright.ts";
import { eventually } from "../../lib/patience.ts";
import type { Figures } from "./budget.ts";
import type { Subject } from "./subject.ts";

const RATE_PER_S = 500;
const BURST_MESSAGES = 10_000;
/** So long somebody writes before the messages come. */
const UNDISTURBED_S = 2;

/** Lets the page count its frames and its long tasks, and take the time from a key to its paint. */
const watch = () => {
  const seen = { frames: 0, long: 0, keys: [] as number[], run: true };
  Object.assign(globalThis, { seen });
  const frame = () => {
    seen.frames++;
    if (seen.run) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => seen.long += list.getEntries().length).observe({ type: "longtask" });
  // Those of before are told once they are painted, which may be now.
  const from = performance.now();
  const isNew = ({ name, startTime }: PerformanceEntry) => name === "keydown" && startTime >= from;
  const keys = new PerformanceObserver((list) =>
    seen.keys.push(...list.getEntries().filter(isNew).map(({ duration }) => duration))
  );
  keys.observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
};

interface Seen {
  frames: number;
  long: number;
  keys: number[];
}

const stopWatching = (): Seen => {
  const seen = Reflect.get(globalThis, "seen");
  seen.run = false;
  return seen;
};

/** Fails where a figure would mean nothing. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`The measurement is void: ${what}`);
}

/** Something that the browser measures of a page. */
export async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((each) => each.name === name)?.value ?? NaN;
}

/** Waits for a message; it must be in view. */
async function untilInView({ row, log }: Subject, page: Page, number: number): Promise<void> {
  const isLast = ([row, text]: string[]) => [...document.querySelectorAll(row!)].at(-1)?.textContent?.includes(text!);
  await page.waitForFunction(isLast, [row, `${number}: `], { polling: 100 });
  const isSeen = await page.evaluate(([row, log]) => {
    const { bottom } = [...document.querySelectorAll(row!)].at(-1)!.getBoundingClientRect();
    return bottom <= document.querySelector(log!)!.getBoundingClientRect().bottom + 1;
  }, [row, log]);
  must(isSeen, `message ${number} is not in view`);
}

/** Somebody writes. */
async function type(page: Page, seconds: number): Promise<void> {
  const from = performance.now();
  for (let key = 0; performance.now() - from < seconds * 1000; key++) {
    await page.keyboard.press("abcdefghij"[key % 10]!);
    await page.waitForTimeout(100);
  }
}

/**
 * Messages at a rate, while somebody writes.
 *
 * @returns the figures, and how many messages were said
 */
export async function measureStream(subject: Subject, page: Page, seconds: number): Promise<[Figures, number]> {
  const session = await page.context().newCDPSession(page);
  // The time that the thread computed, and not that in which others had the processor.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.click(subject.field);
  await page.evaluate(watch);
  // The first keys are dearer than the others.
  await type(page, 1);
  const spentFrom = await metric(session, "TaskDuration");
  await type(page, UNDISTURBED_S);
  // What the keys and the counting of frames take by themselves, a second.
  const besides = (await metric(session, "TaskDuration") - spentFrom) / UNDISTURBED_S;
  await page.evaluate(stopWatching);
  await page.evaluate(watch);
  const busy = await metric(session, "TaskDuration");
  const from = performance.now();
  const typing = type(page, seconds - 0.5);
  let said = 0;
  while (said < RATE_PER_S * seconds) {
    const due = Math.min(RATE_PER_S * seconds, Math.floor((performance.now() - from) / 1000 * RATE_PER_S));
    if (due > said) await subject.say(due - said, said);
    said = due;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const took = (performance.now() - from) / 1000;
  await typing;
  const { frames, long, keys } = await page.evaluate(stopWatching);
  await untilInView(subject, page, said - 1);
  const spent = (await metric(session, "TaskDuration") - busy - besides * took) * 1000;
  await session.detach();
  await page.fill(subject.field, "");
  const sorted = keys.toSorted((a, b) => a - b);
  return [{
    message: spent / said,
    frames: frames / took,
    long,
    // Those that took less than 16 ms are not told.
    typing: sorted[Math.ceil(sorted.length * 0.98) - 1] ?? 16,
  }, said];
}

/** Ten thousand messages at once, and what is left of them. @param from the number of the first */
export async function measureMemory(subject: Subject, page: Page, from: number): Promise<Figures> {
  await subject.say(BURST_MESSAGES, from);
  await untilInView(subject, page, from + BURST_MESSAGES - 1);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  // What the driver itself has in the page goes by the second time.
  for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage");
  const heap = await metric(session, "JSHeapUsedSize") / 1e6;
  await session.detach();
  return { rows: await page.locator(subject.row).count(), heap, memory: await largestRendererPss() / 1000 };
}

/** Reactions of many people to the newest message. */
export async function measureReactions(page: Page, react: (n: number) => Promise<unknown>): Promise<Figures> {
  await page.evaluate(watch);
  const from = performance.now();
  for (let n = 0; n < 1_000; n += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => react(n + i)));
    const early = from + (n + 10) * 2 - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  const counted = () =>
    page.locator(".reactions button").evaluateAll((all) =>
      all.reduce((sum, { textContent }) => sum + Number(/\d+$/.exec(textContent!)?.[0]), 0)
    );
  await eventually(async () => await counted() === 1_000, "all reactions to be shown");
  return { reactions: (await page.evaluate(stopWatching)).long };
}

/** The memory of the largest renderer of this program's browsers, in KB; 0 where `/proc` does not tell. */
async function largestRendererPss(): Promise<number> {
  const processes = new Map<number, { parent: number; kilobytes: number }>();
  for (const { name } of await Array.fromAsync(Deno.readDir("/proc")).catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string) => Deno.readTextFile(`/proc/${name}/${file}`).catch(() => "");
    const parent = Number(/^PPid:\s+(\d+)/m.exec(await read("status"))?.[1]);
    const command = await read("cmdline");
    // The whole Chromium draws its own frame by a renderer, too.
    const isRenderer = command.includes("--type=renderer") && !command.includes("--top-chrome-webui");
    const kilobytes = isRenderer ? Number(/^Pss:\s+(\d+)/m.exec(await read("smaps_rollup"))?.[1] ?? 0) : 0;
    processes.set(Number(name), { parent, kilobytes });
  }
  const isOurs = (id: number): boolean => id === Deno.pid || (processes.has(id) && isOurs(processes.get(id)!.parent));
  const ours = [...processes].filter(([id]) => isOurs(id)).map(([, { kilobytes }]) => kilobytes);
  return Math.max(0, ...ours);
}
