/** Sending: each message goes through pending to sent or failed, and none is lost or sent twice. @module */

import { textsOf } from "../lib/messages.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { eventually } from "../lib/patience.ts";
import {
  browserTest,
  coreTest,
  goTo,
  numbered,
  online,
  send,
  texts,
  untilArrived,
  untilText,
  untilTexts,
} from "./lib.ts";

const OUTBOXES = `Object.keys(localStorage).filter((key) => key.startsWith("switchboard.outbox."))`;

coreTest("a message that is sent appears at once, arrives, and leaves nothing in the outbox", async (stage) => {
  const page = await stage.join();
  const ada = await stage.member("ada", "lobby");
  await send(page, "hello, world");
  await untilTexts(page, ["hello, world"]);
  assertEquals((await ada.untilSeq("lobby", 1)).map(({ text }) => text), ["hello, world"]);
  await untilArrived(page, 1);
  assertEquals(await page.evaluate(OUTBOXES), []);
  assertEquals(await texts(page), ["hello, world"]);
});

coreTest("messages written while the line is down are sent once, in order, when it is back", async (stage) => {
  const page = await stage.join();
  await stage.break(page);
  await send(page, "first");
  await send(page, "second");
  await untilTexts(page, ["first", "second"]);
  assertEquals(await page.locator("#pending .row.sending").count(), 2);
  stage.line.mend();
  await untilArrived(page, 2);
  await untilTexts(page, ["first", "second"]);
  const { events } = await stage.server.log.read("lobby", { limit: 10 });
  assertEquals(textsOf(events), ["first", "second"]);
});

coreTest("a message that waits stands in a broken line until it is kept", async (stage) => {
  const page = await stage.join();
  await send(page, "kept");
  await untilArrived(page, 1);
  await stage.break(page);
  await send(page, "waiting");
  const lines = () =>
    page.locator("#log .row > .text").evaluateAll((all) =>
      all.map((each) => getComputedStyle(each).outlineStyle).join()
    );
  await eventually(async () => await lines() === "none,dashed", "the line");
  stage.line.mend();
  await untilArrived(page, 2);
  assertEquals(await lines(), "none,none");
});

coreTest("unsent messages survive a reload", async (stage) => {
  const page = await stage.join();
  await stage.break(page);
  await send(page, "patience");
  await page.reload();
  await untilTexts(page, ["patience"]);
  stage.line.mend();
  await untilArrived(page, 1);
  await untilTexts(page, ["patience"]);
});

coreTest("a refused message says why, and can be tried again or deleted", async (stage) => {
  const page = await stage.join();
  let refuse = true;
  stage.answer(() => refuse ? [{ type: "error", code: "bad_command", message: "No such thing" }] : undefined);
  await send(page, "one");
  await send(page, "two");
  const failed = page.locator("#pending .row.failed");
  await failed.nth(1).waitFor();
  assert((await failed.first().innerText()).includes("Not sent: the server does not accept it"));
  refuse = false;
  await failed.first().getByRole("button", { name: "Retry" }).click();
  await page.locator("#rows .row", { hasText: "one" }).waitFor();
  await failed.first().getByRole("button", { name: "Delete" }).click();
  await untilTexts(page, ["one"]);
  assertEquals(await page.evaluate(OUTBOXES), []);
});

browserTest("a room that lets nobody in for a moment is not left with what waits to be sent to it", async (stage) => {
  const page = await stage.join();
  let isShut = true;
  stage.line.down = (line) => {
    const { type, ref, room } = JSON.parse(line);
    if (!isShut || type !== "joined" || room !== "attic") return line;
    return JSON.stringify({ type: "error", ref, code: "unavailable", message: "", retryAfterMs: 60_000 });
  };
  await goTo(page, "attic");
  await page.locator("#notice", { hasText: "cannot be joined now" }).waitFor();
  await send(page, "for later");
  await page.locator("#room-list a", { hasText: "lobby" }).click();
  await page.locator("#room-name", { hasText: "lobby" }).waitFor();
  assertEquals(await page.locator("#room-list a", { hasText: "attic" }).count(), 1);
  isShut = false;
  await page.locator("#room-list a", { hasText: "attic" }).click();
  stage.line.cut();
  await untilText(page, "for later");
});

browserTest(
  "a message whose nonce another one has is kept, and goes out under a new nonce when it is tried again",
  async (stage) => {
    const page = await stage.join();
    const used = { type: "error", code: "nonce_used", message: "Used" };
    const nonces = stage.answer((n) => n === 1 ? [used] : undefined);
    await send(page, "one");
    const failed = page.locator("#pending .row.failed");
    await failed.waitFor();
    assert((await failed.innerText()).includes("one"));
    await failed.getByRole("button", { name: "Retry" }).click();
    await page.locator("#rows .row", { hasText: "one" }).waitFor();
    await untilTexts(page, ["one"]);
    assertEquals(new Set(nonces).size, 2);
    assertEquals(await page.evaluate(OUTBOXES), []);
  },
);

for (const code of ["rate_limited", "unavailable", "store_full"]) {
  browserTest(`a message refused with ${code} is sent again by itself, before those after it`, async (stage) => {
    const page = await stage.join();
    const refusal = { type: "error", code, message: "Not now", retryAfterMs: 50 };
    const nonces = stage.answer((n) => n > 2 ? undefined : [refusal]);
    for (const text of ["1st", "2nd", "3rd"]) await send(page, text);
    await page.locator("#rows .row", { hasText: "3rd" }).waitFor();
    await untilTexts(page, ["1st", "2nd", "3rd"]);
    assertEquals(await page.locator("#pending .row.failed").count(), 0);
    assertEquals(nonces.slice(0, 3), Array(3).fill(nonces[0]));
  });
}

coreTest("more than the server's rate allows is slowed down and never refused", async (stage) => {
  const page = await stage.join();
  let refused = 0;
  stage.line.down = (line) => {
    if (line.includes("rate_limited")) refused++;
    return line;
  };
  const wanted = Array.from({ length: 40 }, (_, i) => `${i}`);
  for (const text of wanted) await send(page, text);
  await untilArrived(page, 40);
  await untilTexts(page, wanted);
  assertEquals(refused, 0);
});

coreTest("the outbox of a tab that has died is taken over by another", async (stage) => {
  const page = await stage.join();
  await page.evaluate(() => {
    const key = localStorage.getItem("switchboard.key");
    if (key === null) throw new Error("no key");
    const id = document.querySelector<HTMLElement>("#people-list li")?.dataset.id;
    const entry = { nonce: "left-1", room: "attic", text: "left behind", id, name: "X", ts: 1, state: "pending" };
    localStorage.setItem(
      "switchboard.outbox.dead",
      JSON.stringify({ renewedMs: Date.now() - 60_000, entries: [entry] }),
    );
  });
  await page.reload();
  await eventually(async () => (await stage.server.log.read("attic", { limit: 10 })).head === 1, "it to be sent");
  await eventually(async () => (await page.evaluate(OUTBOXES) as string[]).length === 0, "the outbox to be empty");
});

coreTest("two tabs keep an outbox each, even when one is a copy of the other", async (stage) => {
  const page = await stage.join();
  // A window that a page opens gets a copy of all that the page's tab remembers.
  await page.reload();
  await untilTexts(page, []);
  const [other] = await Promise.all([
    page.waitForEvent("popup"),
    page.evaluate(() => void open(location.href)),
  ]);
  await online(other);
  await stage.break(page);
  await send(page, "from the one");
  await send(other, "from the other");
  await untilText(other, "from the other");
  assertEquals((await page.evaluate(OUTBOXES) as string[]).length, 2);
  await page.reload();
  await other.reload();
  stage.line.mend();
  await eventually(async () => (await stage.server.log.read("lobby", { limit: 10 })).head === 2, "both to be sent");
});

coreTest(
  "a message whose connection ends before its reply is sent again, unless it comes meanwhile",
  async (stage) => {
    const page = await stage.joinClocked();
    const nonces: Record<string, string[]> = {};
    let lost: "up" | "down" | "nothing";
    stage.line.up = (line) => {
      const { type, text, nonce } = JSON.parse(line);
      if (type !== "publish") return line;
      (nonces[text] ??= []).push(nonce);
      return lost === "up" ? undefined : line;
    };
    stage.line.down = (line) => lost === "down" && /"type":"(ok|message)"/.test(line) ? undefined : line;
    // Dropped where it waited for its turn, or stored and the reply lost: the page cannot tell the one from the other.
    const ends = [[1001, "up"], [1001, "down"], [4008, "up"], [4008, "down"], [1008, "up"], [1011, "up"]] as const;
    const wanted = ends.map((end) => end.join(" "));
    for (const [index, [code, what]] of ends.entries()) {
      const text = wanted[index]!;
      lost = what;
      await send(page, text);
      await eventually(() => nonces[text]?.length === 1, "it to be sent");
      const isStored = async () => (await stage.server.log.read("lobby", { limit: 1 })).head === index + 1;
      if (what === "down") await eventually(isStored, "it to be stored");
      await stage.break(page, code);
      assertEquals(await page.locator("#pending .row.sending").count(), 1, text);
      lost = "nothing";
      stage.line.refusing = false;
      await page.clock.fastForward(61_000);
      await page.locator("#rows .row", { hasText: text }).waitFor();
      // What was stored comes with the next joined, so that nothing is left to be sent.
      assertEquals(nonces[text], Array(what === "up" ? 2 : 1).fill(nonces[text]![0]), text);
    }
    await untilTexts(page, wanted);
    const { events } = await stage.server.log.read("lobby", { limit: 10 });
    assertEquals(textsOf(events), wanted);
  },
);

const SENDING = "#pending .row.sending";

coreTest("an ok of a life of the store that is over does not count: the message is sent again", async (stage) => {
  await stage.fill("lobby", 3);
  const page = await stage.join();
  const ok = { type: "ok", epoch: "over", seq: 2, ts: 1, durability: "os" };
  const nonces = stage.answer((n) => n === 1 ? [ok] : undefined);
  await send(page, "here to stay");
  await page.locator("#rows .row", { hasText: "here to stay" }).waitFor();
  assertEquals(nonces, [nonces[0]!, nonces[0]!]);
  await untilTexts(page, [...numbered(1, 3), "here to stay"]);
  assertEquals(await page.evaluate(OUTBOXES), []);
});

browserTest("an ok that comes before the reset into its life is placed when that has come", async (stage) => {
  await stage.fill("lobby", 3);
  const page = await stage.join();
  const nonces = stage.answer(() => [{ type: "ok", epoch: "new", seq: 1, ts: 1, durability: "os" }]);
  stage.line.down = (line) => {
    const reply = JSON.parse(line);
    if (reply.type !== "history") return line;
    const messages = [{ seq: 1, id: "me", name: "Me", text: "first of all", ts: Date.now(), nonce: nonces[0] }];
    return JSON.stringify({ ...reply, epoch: "new", messages, more: false });
  };
  await send(page, "first of all");
  await eventually(() => nonces.length >= 2, "it to be sent again");
  assertEquals(await page.locator(SENDING).count(), 1);
  stage.line.inject({ type: "reset", room: "lobby", epoch: "new", first: 1, head: 1 });
  await page.locator("#rows .row", { hasText: "first of all" }).waitFor();
  await untilTexts(page, [...numbered(1, 3), "first of all"]);
  assertEquals(await page.locator(SENDING).count(), 0);
  assertEquals(new Set(nonces).size, 1);
});

browserTest(
  "a message that was stored and not yet seen when the store took a new epoch is sent again",
  async (stage) => {
    await stage.fill("lobby", 3);
    const page = await stage.join();
    const { epoch } = await stage.server.log.read("lobby", { limit: 0 });
    const again = { seq: 6, ts: 2 };
    const nonces = stage.answer((n, nonce) => [
      n === 1
        ? { type: "ok", epoch, seq: 4, ts: 1, durability: "os" }
        : { type: "ok", epoch: "new", ...again, durability: "os" },
      ...n === 1
        ? []
        : [{ type: "message", room: "lobby", id: "me", name: "Me", text: "not to be lost", nonce, ...again }],
    ]);
    await send(page, "not to be lost");
    await page.locator("#pending .row:not(.sending)", { hasText: "not to be lost" }).waitFor();
    stage.line.inject({ type: "reset", room: "lobby", epoch: "new", first: 6, head: 5 });
    await page.locator("#rows .row", { hasText: "not to be lost" }).waitFor();
    await page.locator(".gap", { hasText: "history restarts here" }).waitFor();
    assertEquals(nonces, [nonces[0]!, nonces[0]!]);
    assertEquals(await page.evaluate(OUTBOXES), []);
    assertEquals(await page.locator("#pending .row").count(), 0);
  },
);
