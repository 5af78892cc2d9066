/** The page's rule for names of people: it takes none that the server does not take, and gives no other reasons. */

import { readName } from "../../chat/wire/names.ts";
import { nameProblem } from "../../static/person_names.js";
import { alike } from "../../static/likeness.js";
import { roomName } from "../../static/room_names.js";
import { ROOM_PATTERN } from "../../chat/wire/names.ts";
import { assert, assertEquals } from "../lib/assert.ts";
import { fc } from "../lib/fast_check.ts";

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
  assertEquals([...alike(people)].sort(), ["1", "11", "12", "2", "3", "4", "5", "6"]);
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
