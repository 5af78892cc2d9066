/// <reference lib="dom" />
/** How long one waits for what one does oneself. @module */

import type { Page } from "../../lib/playwright.ts";
import type { Figures } from "./budget.ts";
import type { Subject } from "./subject.ts";

/** One's own messages. */
export async function measureOwn({ field, log }: Subject, page: Page): Promise<Figures> {
  const took: number[] = [];
  for (let i = 0; i < 20; i++) {
    await page.fill(field, `by hand ${i}`);
    await page.evaluate(([text, log]) => {
      const painted = new Promise<number>((resolve) => {
        const begin = ({ key, timeStamp }: KeyboardEvent) => {
          if (key !== "Enter") return;
          removeEventListener("keydown", begin, true);
          const look = () =>
            document.querySelector(log)!.textContent!.includes(text)
              ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - timeStamp)))
              : requestAnimationFrame(look);
          look();
        };
        addEventListener("keydown", begin, true);
      });
      Object.assign(globalThis, { painted });
    }, [`by hand ${i}`, log] as const);
    await page.press(field, "Enter");
    took.push(await page.evaluate(() => Reflect.get(globalThis, "painted")));
    await page.waitForTimeout(150);
  }
  return { own: Math.max(...took) };
}

/** Another room and back: it needs two in the list. */
export async function measureRooms(page: Page): Promise<Figures> {
  const took: number[] = [];
  for (let i = 0; i < 10; i++) {
    took.push(
      await page.evaluate(() =>
        new Promise<number>((resolve) => {
          const from = performance.now();
          document.querySelector<HTMLElement>("#room-list a:not([aria-current])")!.click();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
        })
      ),
    );
    await page.waitForTimeout(100);
  }
  return { room: Math.max(...took) };
}
