/// <reference lib="dom" />
/** What leaves the page: messages that are copied, or printed. @module */

import { assertEquals, assertGreater } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import type { Page } from "../lib/playwright.ts";
import { browserTest, send, untilArrived } from "./lib.ts";

/** Selects from a place in the log to another, as a text and how far into it, copies that, and pastes it. */
async function copied(page: Page, from: [text: string, at: number], to: [text: string, at: number]): Promise<string> {
  await page.evaluate(([from, to]) => {
    const place = ([text, at]: [string, number]) => {
      const walker = document.createTreeWalker(document.getElementById("rows")!, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode as Text;
        if (node.data.includes(text)) return [node, node.data.indexOf(text) + at] as const;
      }
      throw new Error(`there is no ${text}`);
    };
    const [start, end] = [place(from), place(to)];
    document.getElementById("log")!.focus();
    getSelection()!.setBaseAndExtent(...start, ...end);
  }, [from, to] as const);
  await page.keyboard.press("Control+C");
  await page.focus("#field");
  await page.keyboard.press("Control+V");
  const text = await page.inputValue("#field");
  await page.fill("#field", "");
  return text.replace(/\d+:\d\d( [AP]M)?/g, "NOW");
}

const copies = (page: Page) =>
  eventually(async () => {
    const answered = await page.evaluate(() => {
      const event = new ClipboardEvent("copy", { bubbles: true, cancelable: true, clipboardData: new DataTransfer() });
      getSelection()!.selectAllChildren(document.getElementById("log")!);
      return !document.getElementById("log")!.dispatchEvent(event);
    });
    return answered;
  }, "the page to know how to copy");

browserTest("copying several messages says who said what, and when", async (stage) => {
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  const bob = await stage.member("bob", "lobby");
  await ada.ask({ type: "rename", name: "Ada Lovelace" }, "ok");
  await ada.publish("lobby", "first **line**\nsecond, see [docs](https://x.example/a)");
  await ada.publish("lobby", "> quoted\n> - one\n>   - two\n> - three\nanswer");
  await bob.publish("lobby", "so:\n```ts\nlet a = 1;\n\nlet b;\n```\nend");
  await untilArrived(page, 3);
  await page.locator("#rows .keyword").first().waitFor();
  await copies(page);
  const all = `Ada Lovelace, NOW
first line
second, see docs (https://x.example/a)
> quoted
> - one
>   - two
> - three
answer

Client #bob, NOW
so:
\`\`\`ts
let a = 1;

let b;
\`\`\`
end`;
  assertEquals(await copied(page, ["first", 0], ["end", 3]), all);
  const part = all.slice(all.indexOf("second"), all.indexOf("\n```ts"));
  assertEquals(await copied(page, ["second", 0], ["so:", 3]), `Ada Lovelace, NOW\n${part}`);
  // Down to the name of the next: nothing was selected of what it says.
  assertEquals(
    await copied(page, ["second", 0], ["Client #bob", 1]),
    `Ada Lovelace, NOW\n${part.slice(0, part.indexOf("\n\nClient"))}`,
  );
  assertEquals(await copied(page, ["first", 0], ["line", 4]), "first line");
});

browserTest("what is copied from the field is what is in it", async (stage) => {
  const page = await stage.join();
  await send(page, "one");
  await send(page, "two");
  await untilArrived(page, 2);
  await copies(page);
  await page.fill("#field", "own");
  await page.press("#field", "Control+A");
  await page.press("#field", "Control+C");
  await page.press("#field", "Control+V");
  await page.press("#field", "Control+V");
  assertEquals(await page.inputValue("#field"), "ownown");
});

browserTest("the whole log is printed, with code unfolded, and nothing else", async (stage) => {
  await stage.fill("lobby", 39);
  await stage.server.log.append("lobby", { id: "a", name: "Ada", text: `\`\`\`\n${"code\n".repeat(100)}\`\`\`` });
  const page = await stage.join("/", { colorScheme: "dark" });
  await untilArrived(page, 40);
  await page.locator(".unfold").waitFor();
  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate(() => {
    const log = document.getElementById("log")!;
    const pre = document.querySelector(".long pre")!;
    const shown = [...document.querySelectorAll("main *, nav, aside, #announcer")].filter((each) =>
      each.checkVisibility()
    );
    return {
      hidden: log.scrollHeight - log.clientHeight,
      folded: pre.scrollHeight - pre.clientHeight,
      height: document.documentElement.scrollHeight,
      others: shown.filter((each) => !each.closest("#log, header, .stage")).length,
      buttons: shown.filter((each) => each.localName === "button").length,
    };
  });
  assertEquals([seen.hidden, seen.folded, seen.others, seen.buttons], [0, 0, 0, 0]);
  assertGreater(seen.height, 3000);
  const pdf = new TextDecoder("latin1").decode(await page.pdf());
  assertGreater(pdf.match(/\/Type \/Page\b/g)!.length, 2);
});
