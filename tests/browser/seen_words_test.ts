/// <reference lib="dom" />
/** Every word that is seen or read out comes from the tables, whatever the page is about. @module */

import { assertEquals } from "../lib/assert.ts";
import type { Locator, Page } from "../lib/playwright.ts";
import { browserTest, online, pressRetry, send, untilArrived, untilText } from "./lib.ts";
import { assertMarked, fillMarked, openMarked } from "./marked_words.ts";
import { menuAt } from "./messages.ts";

/** Waits until the page shows this word, and has no others. */
async function untilSaid(page: Page, word: string | RegExp): Promise<Locator> {
  const said = page.getByText(word).first();
  await said.waitFor({ state: "attached" });
  await assertMarked(page, String(word));
  return said;
}

/** Presses a button by what it says. */
async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name }).first().click();
}

async function openMenu(page: Page, text: string): Promise<void> {
  await menuAt(await untilText(page, text));
}

async function choose(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("menuitem", { name }).first().click();
}

browserTest("in an empty room", async (stage) => {
  const page = await openMarked(stage);
  await untilSaid(page, "Copy link");
  await press(page, "QR code");
  await page.getByRole("img", { name: "QR code" }).waitFor();
  await assertMarked(page, "the address as a picture");
  for (const [name, problem] of [["", /at least one/], ["1".repeat(40), /at most/]] as const) {
    await page.fill("#welcome-name", name);
    await page.press("#welcome-name", "Enter");
    assertEquals(
      await page.locator("#welcome-name").evaluate((field) => (field as HTMLInputElement).checkValidity()),
      false,
    );
    await assertMarked(page, String(problem));
  }
  await page.fill("#join-room", "§");
  await untilSaid(page, /cannot be the name/);
  await page.fill("#join-room", "4 3");
  await untilSaid(page, /That will be/);
});

browserTest("with messages", async (stage) => {
  await fillMarked(stage, 1);
  const page = await openMarked(stage);
  await send(page, "11");
  await untilText(page, "11");
  await openMenu(page, "11");
  await assertMarked(page, "the menu of a message");
  await choose(page, /^⟦Edit⟧$/);
  await untilSaid(page, "Editing");
  await send(page, "12");
  await untilSaid(page, "(edited)");
  await openMenu(page, "0");
  await choose(page, /^⟦Reply⟧$/);
  await untilSaid(page, "Replying");
  await send(page, "13");
  await untilSaid(page, "1 reply");
  await openMenu(page, "13");
  await choose(page, /React with 👍/);
  await page.locator(".reactions button[data-emoji]").waitFor();
  await openMenu(page, "13");
  await choose(page, "Who reacted");
  await page.locator(".popup p", { hasText: "you" }).waitFor();
  await assertMarked(page, "who reacted");
  await page.keyboard.press("Escape");
  await openMenu(page, "13");
  await choose(page, /^⟦React⟧$/);
  await page.getByLabel("Find or type an emoji").fill("nothing is called so");
  await untilSaid(page, "None has that name");
  await assertMarked(page, "the table of emoji");
  await page.keyboard.press("Escape");
  await openMenu(page, "13");
  await choose(page, /^⟦Delete⟧$/);
  await untilSaid(page, "Deleting");
  await assertMarked(page, "a deletion that can be undone");
  await untilSaid(page, "was deleted");
  await page.fill("#field", "1".repeat(3_990));
  await untilSaid(page, "characters left");
  await page.fill("#field", "1".repeat(4_001));
  await untilSaid(page, "too many");
  await page.fill("#field", "");
  await page.locator("#field").pressSequentially("@");
  await page.locator("#completions li").first().waitFor();
  await assertMarked(page, "people who can be meant");
});

browserTest("with code", async (stage) => {
  const page = await openMarked(stage);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await send(page, "```\n" + "1\n".repeat(60) + "```");
  await untilSaid(page, "lines");
  await page.locator(".unfold").click();
  await untilSaid(page, "Show less");
  await page.locator(".copy").click();
  await untilSaid(page, "Copied");
});

browserTest("with what is missing, and while one reads above", async (stage) => {
  await fillMarked(stage, 300);
  const page = await openMarked(stage);
  await page.hover("#log");
  await page.mouse.wheel(0, -3_000);
  await untilSaid(page, "Jump to newest");
  await fillMarked(stage, 1);
  await page.locator("#jump", { hasText: "1 ·" }).waitFor();
  await stage.break(page);
  await fillMarked(stage, 1_200);
  stage.line.mend();
  await pressRetry(page);
  await online(page);
  await page.locator("#jump").click();
  await untilSaid(page, "new since");
  await untilSaid(page, "not shown");
  stage.line.inject({ type: "reset", room: "42", epoch: "other", first: 10, head: 9 });
  await untilSaid(page, "restarts here");
});

browserTest("offline, with what waits", async (stage) => {
  const page = await openMarked(stage);
  await send(page, "1");
  await untilArrived(page, 1);
  await stage.break(page);
  await untilSaid(page, "cannot be reached");
  await send(page, "2");
  await untilSaid(page, /waits to be sent/);
  await untilSaid(page, "Next try");
  await openMenu(page, "1");
  await choose(page, /React with 👍/);
  await untilSaid(page, "1 change");
  await page.fill("#join-room", "43");
  await page.press("#join-room", "Enter");
  await page.locator("#unopened:not([hidden])").waitFor();
  await assertMarked(page, "a room that is not open yet");
});

browserTest("not let in", async (stage) => {
  const page = await openMarked(stage);
  stage.line.up = (line) => {
    const { type, ref } = JSON.parse(line);
    if (type !== "hello") return line;
    stage.line.inject({ type: "error", ref, code: "bad_key", message: "For developers" });
    return undefined;
  };
  stage.line.cut();
  await untilSaid(page, "does not let this page in");
});

browserTest("with what the server refuses", async (stage) => {
  const page = await openMarked(stage);
  await send(page, "1");
  await untilArrived(page, 1);
  let code = "";
  stage.line.up = (line) => {
    const { type, ref } = JSON.parse(line);
    if (!["publish", "edit", "delete", "react", "rename"].includes(type)) return line;
    stage.line.inject({ type: "error", ref, code, message: "For developers" });
    return undefined;
  };
  for (code of ["bad_command", "muted", "not_allowed"]) {
    await send(page, code.length.toString());
    await page.locator("#pending .refused").waitFor();
    await assertMarked(page, code);
    await page.locator("#pending .refused button").last().click();
    await page.locator("#pending .refused").waitFor({ state: "detached" });
  }
  code = "conflict";
  await openMenu(page, "1");
  await choose(page, /^⟦Edit⟧$/);
  await untilSaid(page, "Editing");
  await send(page, "2");
  await untilSaid(page, "Your edit was not saved");
  await press(page, "Keep the other text");
  code = "too_late";
  await openMenu(page, "1");
  await choose(page, /React with 👍/);
  await untilSaid(page, "was not added");
  code = "bad_command";
  await page.click("#me");
  await page.fill("#name", "8");
  await page.press("#name", "Enter");
  await untilSaid(page, "cannot be a name");
});

browserTest("in each dialog", async (stage) => {
  const other = await stage.member("8", "42");
  await other.ask({ type: "rename", name: "8" }, "ok");
  const page = await openMarked(stage);
  const dialogs: [string, string][] = [
    ["#invite", "Invite to"],
    ["#settings-open", "Colours"],
    ["#bell", "Tell me of"],
    ["#help", "Formatting"],
    ["#me", "What others see"],
    ["#jump-to", "Settings"],
    ["#people-list button", "Fingerprint"],
  ];
  for (const [button, word] of dialogs) {
    await page.locator(button).first().click();
    await page.getByRole("dialog").getByText(word).first().waitFor();
    await assertMarked(page, word);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
});

browserTest("in the notices and announcements", async (stage) => {
  const page = await openMarked(stage);
  await page.fill("#join-room", "4 3");
  await page.press("#join-room", "Enter");
  await untilSaid(page, "is #4-3 here");
  await page.locator("#room-list .leave").first().click();
  await untilSaid(page, "You left");
  await untilSaid(page, "Undo");
  await page.evaluate(() => {
    const files = new DataTransfer();
    files.items.add(new File(["1"], "1"));
    dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
  });
  await untilSaid(page, "Files cannot");
  await fillMarked(stage, 3);
  await untilSaid(page, "new messages");
  for (const typing of [["8"], ["8", "9"], ["8", "9", "10", "11"]]) {
    for (const id of typing) stage.line.inject({ type: "typing", room: "42", id });
    await page.locator("#typing:not(:empty)").waitFor();
    await assertMarked(page, "somebody who types");
  }
});
