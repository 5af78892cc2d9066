import type { Socket } from "node:net";

/** What a statement takes. Lists are passed as texts: see `values.ts`. */
export type Value = string | number | boolean | null | Uint8Array;

/** A query. It is sent by `execute`, or when it is waited for. */
export interface Query<Row> extends Promise<Row[] & { count: number }> {
  execute(): this;
  simple(): this;
}

export interface Client {
  <Row>(strings: TemplateStringsArray, ...values: Value[]): Query<Row>;
  unsafe(text: string): Query<unknown>;
  /** @param how `timeout`: for how many seconds to wait for what is under way */
  end(how: { timeout: number }): Promise<void>;
}

/** See https://github.com/porsager/postgres/tree/v3.4.9#all-postgres-options. Of what is missing here it asks the environment. */
export interface Options {
  host: string;
  port: number;
  database: string;
  username: string;
  password: () => string;
  ssl: false | "require" | { host: string; ca?: string };
  sslnegotiation: null;
  socket: () => Socket;
  max: 1;
  idle_timeout: null;
  max_lifetime: null;
  /** In seconds. */
  connect_timeout: number;
  keep_alive: number;
  max_pipeline: number;
  backoff: () => number;
  prepare: true;
  debug: false;
  fetch_types: false;
  no_subscribe: true;
  publications: "alltables";
  target_session_attrs: "primary";
  connection: Record<string, string | number>;
  types: Record<
    string,
    { to: number; from: number[]; parse(text: string): unknown; serialize(value: unknown): string }
  >;
  onnotice: () => void;
  onnotify: (channel: string, payload: string) => void;
  onclose: () => void;
}

declare function postgres(options: Options): Client;
export default postgres;
