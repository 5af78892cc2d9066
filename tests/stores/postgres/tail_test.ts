/** How a process learns what others store in Postgres: by notices at once, and by looking where a notice was lost. @module */

import { systemClock } from "../../../chat/base/clock.ts";
import { PG_ANSWER_MS, PG_NOTICE_BYTES, READING_CONNECTIONS } from "../../../chat/stores/postgres/bounds.ts";
import { openPostgresStore } from "../../../chat/stores/postgres/store.ts";
import { assertEquals, assertRejects } from "../../lib/assert.ts";
import { ForgetfulProxy } from "../../lib/forgetful_proxy.ts";
import { by } from "../../lib/messages.ts";
import { eventually, Waiters } from "../../lib/patience.ts";
import { postgresOfFile } from "../../lib/postgres.ts";
import { testWith } from "../../lib/tools.ts";
import type { Store } from "../../../chat/log/store.ts";
import { append } from "../changing.ts";
import { blind, hasty, inShared, through, untilHeard } from "./place.ts";

const server = await postgresOfFile();

/** The rooms of which a store hints. */
class Hints {
  readonly rooms: (string | undefined)[] = [];
  readonly #waiters = new Waiters();

  constructor(store: Store) {
    store.watch!((room) => {
      this.rooms.push(room);
      this.#waiters.wake();
    });
  }

  until(look: (rooms: (string | undefined)[]) => boolean): Promise<unknown> {
    return this.#waiters.until(() => look(this.rooms), () => `hints of ${this.rooms}`);
  }
}

testWith("postgres", {
  name: "postgres: a process is told at once what another one stores in the rooms that it follows, and not of its own",
  fn: () =>
    inShared(server!, async ({ one, two }) => {
      const [own, others] = [new Hints(one), new Hints(two)];
      one.follow!("lobby");
      two.follow!("lobby");
      const left = two.follow!("left");
      left();
      for (const room of ["left", "other", "lobby"]) {
        await one.commit([{ room, event: by("hi") }], { ts: 1, day: 0 });
      }
      await others.until((rooms) => rooms.length > 0);
      await untilHeard(one, two);
      assertEquals([own.rooms, others.rooms], [[], ["lobby"]]);
    }, blind),
});

testWith("postgres", {
  name: "postgres: what a process stores just before it is closed is told as well",
  fn: () =>
    inShared(server!, async ({ one, two }) => {
      const hints = new Hints(two);
      two.follow!("lobby");
      await one.commit([{ room: "lobby", event: by("hi") }], { ts: 1, day: 0 });
      await one.close();
      await hints.until((rooms) => rooms.includes("lobby"));
    }, blind),
});

testWith("postgres", {
  name: "postgres: of a commit in more rooms than a notice holds the others are told of each",
  fn: () =>
    inShared(server!, async ({ one, two }) => {
      const hints = new Hints(two);
      const rooms = Array.from({ length: PG_NOTICE_BYTES / 40 }, (_, index) => `${index}-`.padEnd(64, "x"));
      for (const room of rooms) two.follow!(room);
      await one.commit(rooms.map((room) => ({ room, event: by("hi") })), { ts: 1, day: 0 });
      await hints.until(({ length }) => length >= rooms.length);
      assertEquals(hints.rooms.toSorted(), rooms.toSorted());
    }, blind),
});

testWith("postgres", {
  name: "postgres: what is stored while no notice comes is found by looking, and notices come again after that",
  fn: () =>
    inShared(server!, async ({ one, two, sql, database }) => {
      const hints = new Hints(two);
      two.follow!("lobby");
      // As if the notice of it had been lost.
      await append(one, by("first"));
      await hints.until((rooms) => rooms.includes("lobby"));
      await sql.script("UPDATE rooms SET head = 2");
      await hints.until((rooms) => rooms.length === 2);
      await server!.cut(database);
      await append(one, by("while nobody listens")).catch(() => append(one, by("while nobody listens")));
      await hints.until((rooms) => rooms.length >= 3);
      assertEquals(new Set(hints.rooms), new Set(["lobby"]));
    }, hasty(50)),
});

testWith("postgres", {
  name:
    "postgres: a process that listens no more because its connection is ended does so again, and looks at once for what it missed",
  async fn() {
    await using database = await server!.database();
    await using proxy = new ForgetfulProxy(server!.port);
    const one = await openPostgresStore(database.url, { clock: blind });
    const two = await openPostgresStore(through(proxy, database), { clock: blind });
    try {
      const hints = new Hints(two);
      two.follow!("lobby");
      proxy.forget();
      await append(one, by("hi"));
      // Its notice is sent by then, and has not come through.
      await one.close();
      await server!.cut(database);
      await hints.until((rooms) => rooms.includes("lobby"));
    } finally {
      await one.close();
      await two.close();
    }
  },
});

testWith("postgres", {
  name: "postgres: a process listens anew whose connection the network has forgotten, and reads at once on new ones",
  async fn() {
    await using database = await server!.database();
    await using proxy = new ForgetfulProxy(server!.port);
    // Only where nothing can be answered: the machine may be busy.
    let isHasty = false;
    const after = (ms: number, run: () => void) => systemClock.after(isHasty && ms === PG_ANSWER_MS ? ms / 8 : ms, run);
    const other = await openPostgresStore(database.url);
    const store = await openPostgresStore(through(proxy, database), { clock: { ...systemClock, after } });
    try {
      // More than one connection is there to be forgotten.
      await Promise.all(Array.from({ length: READING_CONNECTIONS }, () => store.read("lobby", { limit: 9 })));
      isHasty = true;
      proxy.forget();
      await assertRejects(() => store.read("lobby", { limit: 9 }));
      isHasty = false;
      await store.read("lobby", { limit: 9 });
      isHasty = true;
      // These are told by notices alone.
      let isHeard = false;
      store.signals!.hear(() => isHeard = true);
      await eventually(() => {
        other.signals!.send([{ type: "typing", room: "lobby", id: "ada" }]);
        return isHeard;
      }, "a connection that listens");
    } finally {
      await other.close();
      await store.close();
    }
  },
});
