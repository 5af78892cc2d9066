/**
 * The store alone, without a log above it, beside a bare loop of the same transactions: what the store sends for a commit is recorded, and sent again
 * to tables of the same kind, with the values as they are and the same waits between. What the loop lacks is what the store does besides.
 *
 * @module
 */

import { systemClock } from "../../../chat/base/clock.ts";
import type { Entry } from "../../../chat/log/store.ts";
import { addressOf } from "../../../chat/stores/postgres/address.ts";
import { PostgresCommits } from "../../../chat/stores/postgres/commit.ts";
import { KEEPS_PLANS, PostgresConnection } from "../../../chat/stores/postgres/connection.ts";
import { Life } from "../../../chat/stores/postgres/life.ts";
import { connect } from "../../../chat/stores/postgres/library.ts";
import { Link, type Sql } from "../../../chat/stores/postgres/link.ts";
import { migrate } from "../../../chat/stores/postgres/schema.ts";
import { PostgresTail } from "../../../chat/stores/postgres/tail.ts";

const ROOMS = 1_000;
const TEXT = "The quick brown fox jumps over the lazy dog, and so on, as people write in chats: a line or two.";

/** Messages a second, the median of the rounds. */
export interface Rates {
  store: number;
  bare: number;
  /** The median of the rounds' own ratios. */
  ratio: number;
}

/** A statement as it was sent, and how many of its transaction were answered by then. */
interface Statement {
  send(sql: Sql): Promise<unknown>;
  behind: number;
}

/**
 * Lets the two run by turns.
 *
 * @param url of a database in which nothing is
 * @param size messages of a commit, each in a room of its own
 * @param commits of a round
 */
export async function compareWithBareLoop(url: string, size: number, commits: number, rounds: number): Promise<Rates> {
  const [ours, bare] = [addressOf(`${url}?schema=store_${size}`), addressOf(`${url}?schema=bare_${size}`)];
  const connection = new RecordedConnection(connect, ours, systemClock);
  const other = new PostgresConnection(connect, bare, systemClock);
  const link = new Link(connect, bare, undefined, KEEPS_PLANS);
  await migrate(connection, ours.schema, ours.shown);
  await migrate(other, bare.schema, bare.shown);
  for (const each of [connection, other]) await new Life(each, () => {}).check();
  const life = new Life(connection, () => {});
  await life.check();
  const tail = new PostgresTail(connection, life, ours.schema, systemClock, () => {});
  connection.listenTo([tail.notices], () => {});
  const store = new PostgresCommits(connection, life, tail, systemClock);
  try {
    let made = 0;
    const round = async (count: number) => {
      const batches = Array.from({ length: count }, () => Array.from({ length: size }, () => messageOf(made++)));
      const storeMs = await timed(async () => {
        for (const batch of batches) await store.commit(batch, { ts: Date.now(), day: 0 });
      });
      const transactions = connection.recorded.splice(0);
      const bareMs = await timed(() => sendAgain(link.sql, transactions));
      const messages = count * size * 1_000;
      return { store: messages / storeMs, bare: messages / bareMs, ratio: bareMs / storeMs };
    };
    // All rooms are there, and the statements are prepared.
    await round(Math.max(ROOMS / size, 20));
    const all: Rates[] = [];
    while (all.length < rounds) all.push(await round(commits));
    await mustBeAlike(connection, other);
    const middle = (which: keyof Rates) => median(all.map((one) => one[which]));
    return { store: middle("store"), bare: middle("bare"), ratio: middle("ratio") };
  } finally {
    await tail.close();
    await link.end();
    await Promise.all([connection.close(), other.close()]);
  }
}

/** Keeps what its commits send. */
class RecordedConnection extends PostgresConnection {
  readonly recorded: Statement[][] = [];

  override commit<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return super.commit((sql) => {
      const statements: Statement[] = [];
      this.recorded.push(statements);
      let answered = 0;
      const note = <R>(send: (sql: Sql) => Promise<R>): Promise<R> => {
        statements.push({ send, behind: answered });
        const sent = send(sql);
        sent.then(() => answered++, () => {});
        return sent;
      };
      return work(Object.assign(
        <Row>(...statement: Parameters<Sql>) => note((sql) => sql<Row>(...statement)),
        { script: (text: string) => note((sql) => sql.script(text)) },
      ));
    });
  }
}

async function sendAgain(sql: Sql, transactions: Statement[][]): Promise<void> {
  for (const statements of transactions) {
    const sent: Promise<unknown>[] = [sql.script("BEGIN")];
    for (const { send, behind } of statements) {
      // They are answered in the order in which they were sent.
      if (behind > 0) await sent[behind];
      sent.push(send(sql));
    }
    sent.push(sql.script("COMMIT"));
    await Promise.all(sent);
  }
}

async function mustBeAlike(one: PostgresConnection, other: PostgresConnection): Promise<void> {
  const [ours, bare] = await Promise.all([one, other].map((each) =>
    each.use(async (sql) => {
      const [row] = await sql`SELECT count(*)::text, sum(seq)::text, min(room)::text, max(room)::text FROM messages`;
      return JSON.stringify(row);
    })
  ));
  if (ours !== bare) throw new Error(`The bare loop has stored something else: ${bare} and not ${ours}`);
}

function messageOf(index: number): Entry {
  const room = `room-${index % ROOMS}`;
  return { room, event: { id: `author of ${room}`, name: "Author", text: TEXT, nonce: crypto.randomUUID() } };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}
