/** Numbers about a running process: the metrics say what each is. @module */

export interface Stats {
  connections: number;
  sockets: number;
  visitors: number;
  rooms: number;
  received: number;
  tooSlow: number;
  overloaded: boolean;
  shed: number;
  waitingBytes: number;
}
