/**
 * One connection to Postgres. The library makes another one where one is lost, and sends there what comes next, be it the second half of a
 * transaction; and it ends the process if it is to send something meanwhile. So a connection that has failed is thrown away here, and has no other
 * socket than its first one.
 *
 * @module
 */

import { connect as connectTo, type Socket } from "node:net";
import { PG_CONNECT_MS, PG_IDLE_TRANSACTION_MS, PG_PIPELINE, PG_STATEMENT_MS } from "./bounds.ts";
import type { PostgresAddress } from "./address.ts";
import type { Client, Options, Value } from "./library.d.ts";

type Connect = (options: Options) => Client;

/** The rows that a statement gives, and how many it has written. */
export type Rows<Row> = Row[] & { count: number };

/** Sends a statement. Several may be sent before the first is answered: they are carried out in their order. */
export interface Sql {
  <Row = unknown>(strings: TemplateStringsArray, ...values: Value[]): Promise<Rows<Row>>;
  /** Sends statements that have no values. */
  script(text: string): Promise<void>;
}

/** Postgres' own names for the types of what it gives. */
const BIGINT = 20;

export class Link {
  readonly sql: Sql;
  /** Resolves once its socket is closed. */
  readonly closed: Promise<void>;
  readonly #client: Client;
  #socket: Socket | undefined;
  /** Whether the server has let it in and answered something. */
  hasAnswered = false;
  #hasFailed = false;
  /** Why, if that is known. */
  #reason: unknown;

  /** @param heard is called with each notice, if there are any: a channel and its text @param settings more of the session's */
  constructor(
    connect: Connect,
    address: PostgresAddress,
    heard: (channel: string, text: string) => void = () => {},
    settings: Record<string, string> = {},
  ) {
    const makeSocket = () => {
      if (this.#socket !== undefined) throw new Error("the connection is lost");
      return this.#socket = socketTo(address);
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    const onclose = () => {
      // What still waits to be sent fails as well.
      this.destroy();
      resolve();
    };
    const options = optionsOf(address, makeSocket, heard, onclose);
    Object.assign(options.connection, settings);
    const client = this.#client = connect(options);
    const sql = <Row>(strings: TemplateStringsArray, ...values: Value[]) =>
      this.#send<Rows<Row>>(() => client<Row>(strings, ...values).execute());
    this.sql = Object.assign(sql, { script: (text: string) => this.#send<void>(() => client.unsafe(text).execute()) });
  }

  /** Whether anything can be sent on it. */
  get isUsable(): boolean {
    return !this.#hasFailed;
  }

  /** Ends it now, whatever is under way. */
  destroy(): void {
    this.#hasFailed = true;
    // It may wait for a server that does not answer.
    this.#client.end({ timeout: 0 }).catch(() => {});
    this.#socket?.destroy();
  }

  /** Ends it once everything is answered. */
  async end(): Promise<void> {
    this.#hasFailed = true;
    await this.#client.end({ timeout: 1 });
    this.#socket?.destroy();
  }

  async #send<T>(send: () => Promise<unknown>): Promise<T> {
    if (this.#hasFailed) throw this.#reason ?? new Error("the connection is lost");
    try {
      const answer = await send() as T;
      this.hasAnswered = true;
      return answer;
    } catch (error) {
      if (codeOf(error) !== undefined) throw error;
      this.#hasFailed = true;
      // What was sent behind it fails because that did.
      throw this.#reason ??= error;
    }
  }
}

/** Postgres' own code of an error that it has sent; nothing of those of the connection. */
export function codeOf(error: unknown): string | undefined {
  const { severity, code } = error as { severity?: string; code?: string };
  return error instanceof Error && severity === "ERROR" ? code : undefined;
}

/** Its own codes of what ends by itself: it is starting, stopping, or was killed. */
const PASSING = ["57P01", "57P02", "57P03"];

/** Whether a server could not be reached, or not yet. */
export function isDown(error: unknown): boolean {
  const { code = "" } = error as { code?: string };
  return /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|CONNECT)/.test(code) || PASSING.includes(code);
}

/** Whether a connection was refused because there are as many as the server, the database or the role may have: `too_many_connections`. */
export function isCrowded(error: unknown): boolean {
  return (error as { code?: string }).code === "53300";
}

/** Its own code of a statement that took longer than it may: `query_canceled`. */
const TOO_SLOW = "57014";

/** Whether a server did not do what it was asked for any reason of its own: out of reach, full, too slow, or it lets this process not in. */
export function isNoAnswer(error: unknown): boolean {
  const { severity, code } = error as { severity?: string; code?: string };
  return isDown(error) || isCrowded(error) || severity === "FATAL" || code === TOO_SLOW;
}

/** It connects while the library writes to it. */
function socketTo({ host, port, path }: PostgresAddress): Socket {
  const socket = path === undefined ? connectTo({ host, port, noDelay: true }) : connectTo({ path });
  return Object.assign(socket, { host, port });
}

function optionsOf(
  { host, port, database, user, password, tls, schema }: PostgresAddress,
  socket: () => Socket,
  onnotify: Options["onnotify"],
  onclose: () => void,
): Options {
  return {
    host,
    port,
    database,
    username: user,
    password: () => password,
    ssl: tls,
    sslnegotiation: null,
    socket,
    max: 1,
    idle_timeout: null,
    max_lifetime: null,
    connect_timeout: PG_CONNECT_MS / 1000,
    keep_alive: 30,
    max_pipeline: PG_PIPELINE,
    backoff: () => 0,
    prepare: true,
    debug: false,
    fetch_types: false,
    no_subscribe: true,
    publications: "alltables",
    target_session_attrs: "primary",
    connection: {
      application_name: "switchboard",
      // It takes longer than any of these statements, and a way that is ruled out counts as a very long one.
      jit: "off",
      plan_cache_mode: "force_custom_plan",
      search_path: `"${schema}"`,
      statement_timeout: PG_STATEMENT_MS,
      idle_in_transaction_session_timeout: PG_IDLE_TRANSACTION_MS,
    },
    // Numbers of rooms and times are far below the bound of exact numbers.
    types: { bigint: { to: BIGINT, from: [BIGINT], parse: Number, serialize: String } },
    onnotice: () => {},
    onnotify,
    onclose,
  };
}
