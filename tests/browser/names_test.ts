/// <reference lib="dom" />
/** The page's rule for names of people: it takes none that the server does not take, and gives no other reasons. And who is who. */

import { readName } from "../../chat/wire/names.ts";
import { nameProblem } from "../../static/person_names.js";
import { tellApart } from "../../static/likeness.js";
import { isSecretName, roomName } from "../../static/room_names.js";
import { calledIn } from "../../static/room_titles.js";
import { isReservedRoom, ROOM_PATTERN } from "../../chat/wire/names.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { fc } from "../lib/fast_check.ts";
import type { Page } from "../lib/playwright.ts";
import { eventually } from "../lib/patience.ts";
import { browserTest, send, untilText, untilTexts } from "./lib.ts";

function isTaken(name: string): boolean {
  try {
    readName(name);
    return true;
  } catch {
    return false;
  }
}

const SAMPLES = [
  "Ada",
  "",
  " ",
  "\u0301",
  "x".repeat(32),
  "x".repeat(33),
  "👨‍👩‍👧‍👦".repeat(10),
  "👨‍👩‍👧‍👦".repeat(11),
  "\u202Ea",
  "a\u2066",
  "\u200B",
];

Deno.test("a room in a list is private by the names that only the server makes, and by no name that people give", () => {
  for (const name of ["p-chat", "d-day", "x-aaaaaaaaaaaaaaaaaaaaaaaaaa", "p-aaaaaaaaaaaaaaaaaaaaaaaaaa"]) {
    assertEquals([name, isSecretName(name)], [name, isReservedRoom(name)]);
    assertEquals(calledIn({ room: name, members: 0, ts: 0 }).isPrivate, isReservedRoom(name));
  }
});

Deno.test("what the page finds wrong with a name the server does not take either, and the reverse", () => {
  for (const name of SAMPLES) assertEquals([name, nameProblem(name) === undefined], [name, isTaken(name)]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (name) => {
      if (nameProblem(name) !== undefined) assert(!isTaken(name), JSON.stringify(name));
    }),
    { seed: 11, numRuns: 2000 },
  );
});

Deno.test("names that one could take for each other are found, and no others", () => {
  const people: [string, string][] = [
    ["1", "Ada Lovelace"],
    ["2", "Аda Lоvelace"],
    ["3", "Bill"],
    ["4", "BiIl"],
    ["5", "Zoë"],
    ["6", "zoe"],
    ["7", "Bob"],
    ["8", "Rob"],
    ["9", "李梅"],
    ["10", "李海"],
    ["11", "Mama"],
    ["12", "Marna"],
  ];
  assertEquals([...tellApart(people.map(([id, name]) => ({ id, name }))).keys()].sort(), [
    "1",
    "11",
    "12",
    "2",
    "3",
    "4",
    "5",
    "6",
  ]);
});

Deno.test("whatever is typed, the room's name is one that the server takes, and stays the same when it is typed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (typed) => {
      const room = roomName(typed);
      assert(room === "" || ROOM_PATTERN.test(room), JSON.stringify([typed, room]));
      assertEquals(roomName(room), room);
    }),
    { seed: 12, numRuns: 2000 },
  );
});

Deno.test("whoever looks for a key whose fingerprint begins like another's is told apart by more of it", () => {
  const ids = [`k-1a2b${"0".repeat(28)}`, `k-1a2b0${"1".repeat(27)}`, "1a2b", "t-ada"];
  const prints = tellApart(ids.map((id) => ({ id, name: "Ada" })));
  assertEquals([...prints.values()], ["1a2b00", "1a2b01", "#1a2b", "t-ada"]);
});

Deno.test("somebody is not told apart from the same person under an earlier name", () => {
  const people = ["Ada", "Countess", "ada"].map((name) => ({ id: "1", name }));
  assertEquals(tellApart(people).size, 0);
  assertEquals([...tellApart([...people, { id: "2", name: "Countess" }]).keys()], ["1", "2"]);
});

/** Takes another name. */
async function rename(page: Page, name: string): Promise<void> {
  await page.click("#me");
  await page.getByRole("dialog").getByLabel("What others see").fill(name);
  await page.keyboard.press("Enter");
  await page.locator("#me-name").getByText(name, { exact: true }).waitFor();
}

browserTest(
  "whoever takes a present person's name is told from that one in the list and at the messages",
  async (stage) => {
    const ada = await stage.join("/r/attic");
    await rename(ada, "Ada");
    await send(ada, "I am Ada");
    const other = await stage.join("/r/attic");
    await rename(other, "Mallory");
    await send(other, "I am Mallory");
    await untilTexts(ada, ["I am Ada", "I am Mallory"]);
    await ada.waitForTimeout(1500);
    assertEquals(await ada.locator("#log .print, #people-list .print:not(:empty)").count(), 0);
    // The first letter is Cyrillic.
    await rename(other, "Аda");
    await send(other, "I am Ada, too");
    await untilText(ada, "I am Ada, too");
    for (const page of [ada, other]) {
      const prints = (places: string) => page.locator(places).allInnerTexts();
      await eventually(async () => (await prints("#log .who .print")).length === 3, "prints at the messages");
      const [first, second, third] = await prints("#log .who .print");
      assertEquals(new Set([first, second]).size, 2);
      assertEquals(third, second);
      assertEquals(new Set(await prints("#people-list .print")), new Set([first, second]));
      const ids = await page.locator("#people-list li").evaluateAll((all) =>
        all.map((each) => (each as HTMLElement).dataset.id!.slice(2, 6))
      );
      assertEquals(new Set(ids), new Set([first, second]));
    }
  },
);
