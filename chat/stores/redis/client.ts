/**
 * The Redis library, as much of it as is used here.
 *
 * Deno downloads every package whose name it can read off an `import`, at each start, used or not. Only a server on Redis needs
 * this one, so its name is put together where it is imported: it is fetched when the first such server starts. `deno bundle` joins
 * the parts, and puts the library into the one file.
 *
 * @module
 */

/** A connection to a Redis server. */
export interface RedisClient {
  /** Whether it is connected, or trying to be. */
  readonly isOpen: boolean;
  /** Whether commands are answered. */
  readonly isReady: boolean;
  /** Connects, and again whenever the connection is lost. */
  connect(): Promise<unknown>;
  /** Ends the connection at once. */
  destroy(): void;
  /** Another one with the same options, but for these; not connected yet. */
  duplicate(overrides: RedisClientOptions): RedisClient;
  /** Calls back when the connection is lost or cannot be had, and when there is one. */
  on(event: "error" | "ready", listener: (error?: Error) => void): unknown;
  /** `INFO`. */
  info(): Promise<string>;
  /** `CONFIG GET`. */
  configGet(name: string): Promise<Record<string, string>>;
  /** `SCRIPT LOAD`: gives the script's digest. */
  scriptLoad(script: string): Promise<string>;
  /** `EVALSHA`. */
  evalSha(digest: string, options: { arguments: string[] }): Promise<unknown>;
  /** `SUBSCRIBE`: resolves once every message from then on is heard. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  /** `UNSUBSCRIBE`. */
  unsubscribe(channel: string, listener: (message: string) => void): Promise<void>;
}

/** How to make a {@linkcode RedisClient}. */
export interface RedisClientOptions {
  /** Where the server is. */
  url?: string;
  /** Whether a command fails at once while there is no connection, instead of waiting for one. */
  disableOfflineQueue?: boolean;
  /** The most commands that wait. */
  commandsQueueMaxLength?: number;
  /** How often to ask whether the server is there, in milliseconds. */
  pingInterval?: number;
  /** Times in milliseconds; `reconnectStrategy` gives the pause before the next attempt. */
  socket?: { connectTimeout: number; socketTimeout: number; reconnectStrategy: (tries: number) => number };
}

/** Makes a client that is not connected yet. Fetches the library where it is not there yet. */
export async function createRedisClient(options: RedisClientOptions): Promise<RedisClient> {
  const library: { createClient(options: RedisClientOptions): RedisClient } = await import(
    "npm:" + "@redis/client@6.3.1"
  );
  return library.createClient(options);
}
