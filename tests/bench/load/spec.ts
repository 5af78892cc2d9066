/**
 * What the bench asks of the load generator and what it gets back. Both travel as JSON: the specification as the
 * generator's argument, what happened as lines on its standard output.
 *
 * @module
 */

/** How a server is spoken to; see `dialects.ts`. */
export type DialectName = "chat" | "plain" | "socketio";

/** One measurement. Each phase follows the one before; a length of 0 leaves it out. */
export interface LoadSpec {
  /** The port of 127.0.0.1 that the server listens on. */
  port: number;
  /** The server's process, whose CPU time and memory are read. */
  pid: number;
  /** The disk that the server writes to, as `/proc/diskstats` names it. */
  disk: string;
  dialect: DialectName;
  /** Connections in all. */
  members: number;
  /** Rooms that the members are spread over evenly; those of one room follow each other. */
  rooms: number;
  /** Members that send, spread evenly over the rooms. */
  senders: number;
  /** Messages sent each second by all the senders together. */
  perSecond: number;
  /** Length of a message's text. */
  textBytes: number;
  /** Sends reactions instead of messages, all of them to one message. */
  reactions?: boolean;
  /** Connections being opened at the same time. */
  connecting: number;
  /** How long to connect before giving up. */
  connectMs: number;
  warmUpMs: number;
  measureMs: number;
  /** How long deliveries may still come after the last message was sent. */
  drainMs: number;
  /** Then: how far behind the newest message everybody is when it comes back, after a restart of the server. */
  resumeBehind?: number;
  /** Then: go on with one more member, which reads nothing. */
  stuckReader?: boolean;
}

/** Latencies from send to receipt, of every delivery: milliseconds. */
export interface Latency {
  p50: number;
  p99: number;
  max: number;
}

/** What one process used over the measured time. */
export interface ProcessUse {
  /** User and system time: microseconds. */
  cpuMicros: number;
  /** The most that was resident at any look: bytes. */
  peakRss: number;
}

/** What a stretch of steady load came to. */
export interface LoadResult {
  /** How long it took until all were connected and in their rooms. */
  connectMs: number;
  /** How long was measured. */
  seconds: number;
  /** Messages sent in that time. */
  sent: number;
  /** Deliveries that these messages should have come to. */
  expected: number;
  /** Deliveries that they did come to, those of the drain included. */
  delivered: number;
  /** Deliveries of whatever message within the measured time: what the CPU time was spent on. */
  received: number;
  /** Frames in which {@linkcode received} came. */
  frames: number;
  /** Bytes that came within the measured time, of whatever kind. */
  bytes: number;
  latency: Latency;
  /** From send to acknowledgement, if the server gives any. */
  ackLatency?: Latency;
  /** Connections that ended meanwhile. */
  lost: number;
  server: ProcessUse;
  /** The share of its time in which the generator had something to do. At 0.9 it may be what was slow. */
  generatorBusy: number;
  /** What other processes used of the machine, in cores. Much of it makes a run worthless. */
  othersBusy: number;
  /** The share of the time in which the disk had something to do; absent if the system does not tell. */
  diskBusy?: number;
}

/** What a restart came to. */
export interface ResumeResult {
  /** From the restarted server's first readiness until the last client had everything. */
  resumeMs: number;
  /** Clients that were to come back. */
  clients: number;
  /** Clients told that they got everything they had missed. */
  recovered: number;
  /** Attempts that ended before they had their room. */
  refused: number;
  /** Messages that came back to them, and how many should have. */
  replayed: number;
  missed: number;
}

/** What one member that reads nothing did to the others and to the server. */
export interface StuckResult {
  /** The others' latency over the whole time. */
  latency: Latency;
  delivered: number;
  expected: number;
  /** When the server was seen to count it no more; absent if it never was. */
  goneAfterMs?: number;
  /** Resident bytes: at the lowest before, at the most, and at the lowest in the end. */
  rssBefore: number;
  rssPeak: number;
  rssAfter: number;
}

/** A line of the generator's output. */
export type LoadEvent =
  | { event: "load"; result: LoadResult }
  | { event: "restart" }
  | { event: "resume"; result: ResumeResult }
  | { event: "stuck"; result: StuckResult }
  | { event: "failed"; reason: string };
