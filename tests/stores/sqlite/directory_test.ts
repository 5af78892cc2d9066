/** What a list of rooms says follows from the changes of rooms, in a file of any age. @module */

import { DatabaseSync } from "node:sqlite";
import type { NewEvent, Role } from "../../../chat/event/event.ts";
import type { Store } from "../../../chat/log/store.ts";
import { FORMAT_10 } from "../../../chat/stores/sqlite/format_10.ts";
import { FORMAT_15 } from "../../../chat/stores/sqlite/format_15.ts";
import { assertEquals } from "../../lib/assert.ts";
import { by } from "../../lib/messages.ts";
import { Random } from "../../lib/random.ts";
import { Folder, within } from "../in_folder.ts";

/** A file of format 8: rooms that are public, titled, private, unlisted, that were made public, and people in them. */
const FORMAT_8 = new URL("format_8.db", import.meta.url);

const named = (letter: string) => `p-${letter.repeat(26)}`;

const titlesFor = async (store: Store, id: string, now = 0, mine?: true) =>
  (await store.rooms!({ limit: 99, reader: { id, now }, mine })).map(({ room, title, places = 0, mine = false }) =>
    [title ?? room, places, mine] as const
  );

Deno.test("sqlite: the rooms of a file that knew no titles are listed by what was said in them", async () => {
  await using folder = new Folder();
  await Deno.copyFile(FORMAT_8, folder.file);
  await within(folder.file, async (store) => {
    const wine = ["WEIN & Käse", 2, false] as const;
    const open = ["Открытая", 1, false] as const;
    assertEquals(await titlesFor(store, "k-stranger"), [open, wine, ["lobby", 0, false]]);
    assertEquals(await titlesFor(store, "k-eve", 4_999), [open]);
    assertEquals(await titlesFor(store, "k-eve", 5_000), [open, wine]);
    assertEquals(await titlesFor(store, "k-ada", 0, true), [["Den", 2, true], ["WEIN & Käse", 2, true]]);
    assertEquals(await titlesFor(store, "k-bob"), [
      ["Nothing yet", 1, true],
      ["Was private", 1, true],
      ["Открытая", 1, true],
      ["Den", 2, true],
      ["WEIN & Käse", 2, true],
      ["lobby", 0, false],
    ]);
    assertEquals(await titlesFor(store, "k-dan", 0, true), []);
    assertEquals((await store.rooms!({ limit: 9, query: "KÄSE" })).map(({ room, topic }) => [room, topic]), [
      ["wine", "red"],
    ]);
    assertEquals((await store.rooms!({ limit: 9, query: "откр" })).map(({ room }) => room), [named("b")]);
  });
});

Deno.test("sqlite: what each change keeps up to date is what all of them say together", async () => {
  await using folder = new Folder();
  const random = new Random("directory");
  const people = ["k-1", "k-2", "k-3", "k-4"];
  const roles: Role[] = ["owner", "moderator", "member", "guest", "banned"];
  const draw = (): NewEvent => {
    const author = { id: random.pick(people), name: "x" };
    if (random.chance(0.2)) return by("hi");
    if (random.chance(0.3)) {
      const visibility = random.pick([undefined, "public", "unlisted", "private"] as const);
      return { kind: "settings", ...author, set: { title: random.pick([undefined, "", "Ä", "b"]), visibility } };
    }
    const role = random.pick([undefined, ...roles]);
    return { kind: "member", ...author, member: random.pick(people), role, untilMs: random.pick([undefined, 5]) };
  };
  const read = () =>
    within(folder.file, async (store) => {
      const found = [];
      for (const id of ["", ...people]) {
        for (const now of [0, 9]) {
          for (const query of [undefined, "ä", "b", "r"]) {
            found.push(await store.rooms!({ limit: 99, reader: { id, now }, query }));
          }
        }
      }
      return found;
    });
  await within(folder.file, async (store) => {
    for (let index = 0; index < 400; index++) {
      const room = random.pick(["r1", "r2", "r3", named("a"), named("b")]);
      await store.commit([{ room, event: draw() }], { ts: index, day: 0 });
    }
  });
  const kept = await read();
  // What an older file has becomes the same.
  using db = new DatabaseSync(folder.file);
  db.exec(`DROP TABLE about_rooms; DROP TABLE places; DROP INDEX listed_names; DROP INDEX listed_rooms;
    ALTER TABLE rooms DROP COLUMN hidden; CREATE INDEX listed_rooms ON rooms (ts)`);
  db.exec(FORMAT_10.sql);
  await FORMAT_10.move!(db, () => {});
  db.exec(FORMAT_15);
  db.close();
  assertEquals(await read(), kept);
});
