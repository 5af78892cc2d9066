/** Numbers about a running process, as it is now and since its start. @module */

export interface Stats {
  /** Connections being served. */
  connections: number;
  /** Sockets that have not closed yet, those that were given up on included. */
  sockets: number;
  /** Rooms open. */
  rooms: number;
  /** Messages and commands received since the start. */
  received: number;
  /** Connections closed since the start because their peer did not read. */
  tooSlow: number;
  /** Whether no new connections are taken because the process is overloaded. */
  overloaded: boolean;
  /** Connections closed since the start because of overload. */
  shed: number;
  /** Bytes that wait for peers to read them, all together. */
  waitingBytes: number;
}
