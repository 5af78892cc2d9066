/** Bugs in the Postgres store. @module */

import { inTest, type Mutant } from "./mutant.ts";

const RACES = "tests/stores/postgres/races_test.ts";
const LIFE = "tests/stores/postgres/life_test.ts";
const CONNECTION = "tests/stores/postgres/connection_test.ts";
const FAULTS = "tests/stores/postgres/faults_test.ts";
const STORE = "tests/stores/postgres/store_test.ts";
const TOOLS = "tests/tools/database_test.ts";
const TAIL = "tests/stores/postgres/tail_test.ts";
const SHARED_READS = "tests/stores/postgres/shared_reads_test.ts";

export const IN_POSTGRES: readonly Mutant[] = [
  inTest(RACES, "of two that begin the same rooms", "a commit fails because another one has made its room", [
    "chat/stores/postgres/connection.ts",
    `[...CAME_BETWEEN, "23505"]`,
    `CAME_BETWEEN`,
  ]),
  inTest(RACES, "is of one instant", "a page has a message that is newer than the page", [
    "chat/stores/postgres/connection.ts",
    "`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;",
    "`BEGIN READ ONLY;",
  ]),
  inTest(RACES, "is trimmed by what its room is", "reactions stay when their messages are removed", [
    "chat/stores/postgres/trim.ts",
    "sql`DELETE FROM reactions WHERE room = ${room} AND target <= ${seq}`;",
    "",
  ]),
  inTest(LIFE, "nobody writes in such a room", "a commit goes on in a room that has lost its end", [
    "chat/stores/postgres/commit.ts",
    `if (hasLost) throw`,
    `if (false) throw`,
  ]),
  inTest(LIFE, "was answered after it has heard", "a process that was stopped takes what others stored for a loss", [
    "chat/stores/postgres/commit.ts",
    `draft.room(room).head < head)`,
    `draft.room(room).head < this.#tail.headOf(room) + 0 * head)`,
  ]),
  inTest(LIFE, "where a room ends before", "a look does not see that a room has lost its end", [
    "chat/stores/postgres/tail.ts",
    `if (rooms.some(({ head, known }) => head < known)) throw`,
    `if (rooms.some(({ head }) => head < 0)) throw`,
  ]),
  inTest(LIFE, "a row that was copied", "a store that was restored from a dump keeps its epoch", [
    "chat/stores/postgres/life.ts",
    `life.xmin::text::bigint = written AND (`,
    `(`,
  ]),
  inTest(LIFE, "while they are restored", "a process goes on in the epoch of tables that are put back under it", [
    "chat/stores/postgres/life.ts",
    `if (served !== this.#served || !isSame) throw`,
    `if (served !== this.#served) throw`,
  ]),
  inTest(LIFE, "a copy of the database", "a copy that takes a database's place passes for it", [
    "chat/stores/postgres/life.ts",
    `pg_postmaster_start_time()::text || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS`,
    `pg_postmaster_start_time()::text AS`,
  ]),
  inTest(LIFE, "files of the server", "a process does not see that its server's files were put back", [
    "chat/stores/postgres/life.ts",
    `isSame && !hasGoneBack`,
    `isSame`,
  ]),
  inTest(LIFE, "waits for no disk", "what a crash takes from a server that waits for no disk goes unnoticed", [
    "chat/stores/postgres/life.ts",
    `current_setting('synchronous_commit') <> 'off'`,
    `true`,
  ]),
  inTest(LIFE, "what a server promises", "messages are called safe though the server does not wait for its disk", [
    "chat/stores/postgres/store.ts",
    `return fsync === "on" ? "fsync" : "os";`,
    `return "fsync";`,
  ]),
  inTest(CONNECTION, "whose connection is cut", "the rest of a transaction is sent on another connection", [
    "chat/stores/postgres/link.ts",
    `if (this.#socket !== undefined) throw new Error("the connection is lost");`,
    "",
  ], [
    "chat/stores/postgres/link.ts",
    `      // What still waits to be sent fails as well.
      this.destroy();`,
    ``,
  ]),
  inTest(CONNECTION, "of which a statement fails", "a transaction is taken for done though a statement of it failed", [
    "chat/stores/postgres/connection.ts",
    `await Promise.all(sent);`,
    `await sent.at(-1);`,
  ]),
  inTest(CONNECTION, "which of its statements failed", "a transaction does not say why it failed", [
    "chat/stores/postgres/connection.ts",
    `if (codeOf(error) !== BEHIND_A_FAILURE) throw error;`,
    `if (error !== undefined) throw error;`,
  ]),
  inTest(CONNECTION, "wait for each other", "a transaction that others came between fails", [
    "chat/stores/postgres/connection.ts",
    `["40001", "40P01"]`,
    `["40001"]`,
  ]),
  inTest("tests/stores/postgres/tls_test.ts", "to no other", "messages go to whoever says that it is the server", [
    "chat/stores/postgres/address.ts",
    "if (authorities === null) return { host };",
    `if (authorities === null) return "require";`,
  ]),
  inTest("tests/stores/postgres/plans_test.ts", "a page of a large room", "all of a room is read for each page of it", [
    "chat/stores/postgres/connection.ts",
    "READ ONLY; ${IN_ORDER}`",
    "READ ONLY`",
  ]),
  inTest(
    "tests/stores/postgres/plans_test.ts",
    "that has grown",
    "commits go through tables that were small when their plans were made",
    [
      "chat/stores/postgres/connection.ts",
      `  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
`,
      "",
    ],
  ),
  inTest(TAIL, "more rooms than a notice holds", "the others are told of some of the rooms of a commit", [
    "chat/stores/postgres/notices.ts",
    `return notices.map(`,
    `return notices.slice(0, 1).map(`,
  ]),
  inTest(TAIL, "is found by looking", "what was stored while nobody listened is not looked for", [
    "chat/stores/postgres/tail.ts",
    `for (const { name, head } of rooms) this.#know(name, head);`,
    `for (const { name, head } of rooms) this.#advance(name, head);`,
  ]),
  inTest(TAIL, "looks at once for what it missed", "what was stored while nobody listened comes with the next look", [
    "chat/stores/postgres/connection.ts",
    `    this.#begun();
    await link.closed;`,
    `    await link.closed;`,
  ]),
  inTest(
    TAIL,
    "looks at once for what it missed",
    "a process whose connection is lost hears nothing before the next look",
    [
      "chat/stores/postgres/connection.ts",
      `    await this.listen().catch(() => {});`,
      ``,
    ],
  ),
  inTest(SHARED_READS, "asked for in one turn", "what follows in a room takes a transaction for each room", [
    "chat/stores/postgres/shared_reads.ts",
    `this.#line.take(this.#most)`,
    `this.#line.take(1)`,
  ]),
  inTest(SHARED_READS, "a read leaves out", "rooms that did not fit into a shared read are never answered", [
    "chat/stores/postgres/shared_reads.ts",
    `      this.#line.putBack(batch.slice(pages.length));
`,
    ``,
  ]),
  inTest(SHARED_READS, "room that cannot be read", "a room that cannot be read has others fail with it", [
    "chat/stores/postgres/shared_reads.ts",
    `batch.length > 1 && codeOf(error) !== undefined`,
    `false`,
  ]),
  inTest(SHARED_READS, "read for long", "a room that is read for long holds up all the others", [
    "chat/stores/postgres/shared_reads.ts",
    `void this.#oneByOne(batch)`,
    `await this.#oneByOne(batch)`,
  ]),
  inTest(SHARED_READS, "is given up", "a read is begun though nobody waits for its answer any more", [
    "chat/stores/postgres/line.ts",
    `      return askedAt >= oldest;`,
    `      return true;`,
  ]),
  inTest(SHARED_READS, "SQLite gives", "an edit in a shared read has the text of another room", [
    "chat/stores/postgres/read_runs.ts",
    "[`${row.room} ${row.seq}`, messageOf(row)]",
    "[`${row.seq}`, messageOf(row)]",
  ], [
    "chat/stores/postgres/read_runs.ts",
    "targets.get(`${room.id} ${change.target}`)",
    "targets.get(`${change.target}`)",
  ]),
  inTest(STORE, "what follows a position", "a page in a shared read begins with a wrong count", [
    "chat/stores/postgres/read_runs.ts",
    "(messages[0]?.ordinal ?? messageCount + 1) - 1",
    "(messages[0]?.ordinal ?? messageCount)",
  ]),
  inTest(FAULTS, "while it is down waits", "a server ends because its database is being started", [
    "chat/stores/postgres/store.ts",
    "tryAgain(clock, WHILE_DOWN, isPassing, openOnce)",
    "tryAgain(clock, WHILE_DOWN, () => false, openOnce)",
  ]),
  inTest(STORE, "goes with time, and with its message", "a message that is gone is reported", [
    "chat/stores/postgres/reports.ts",
    " AND first <= ${target} AND",
    " AND",
  ]),
  inTest(STORE, "has so many invitations", "a room has invitations without end", [
    "chat/stores/postgres/invites.ts",
    "< ${INVITES_PER_ROOM}`",
    "< 9 * ${INVITES_PER_ROOM}`",
  ]),
  inTest(STORE, "those who have a place in it", "a private room in Postgres is listed for everybody", [
    "chat/stores/postgres/listing.ts",
    `"rooms WHERE first <= head AND hidden = 0"`,
    `"rooms WHERE first <= head"`,
  ]),
  inTest(TOOLS, "everything of a person", "what was erased stays in the tables of Postgres", [
    "chat/stores/postgres/people.ts",
    "for (const table of NAMED) await",
    "for (const table of [] as typeof NAMED) await",
  ]),
  inTest(TAIL, "network has forgotten", "connections that the network has forgotten are tried one after the other", [
    "chat/stores/postgres/connection.ts",
    `for (const idle of this.#idle.splice(0)) idle.destroy();`,
    ``,
  ]),
  inTest(TAIL, "network has forgotten", "a process never notices that nothing is heard any more", [
    "chat/stores/postgres/tail.ts",
    `if (this.#lookedAt >= this.#heads.size) this.#lookedAt = 0;`,
    `if (this.#lookedAt >= this.#heads.size) return;`,
  ]),
  inTest(LIFE, "dump is put back is known again", "a nonce is stored by the key of a database that is gone", [
    "chat/stores/postgres/commit.ts",
    `    if (this.#life.fingerprintKey !== fingerprintKey) throw new InDoubtError();
`,
    ``,
  ]),
];
