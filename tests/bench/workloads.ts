/**
 * What is measured: one entry for each table row's worth of work.
 *
 * @module
 */

import type { LoadSpec } from "./load/spec.ts";

/** What a workload is about, and so which columns its table has. */
export type Kind = "fan-out" | "idle" | "connect storm" | "resume storm" | "stuck reader";

/** One workload. */
export interface Workload {
  /** What `--only` calls it. */
  name: string;
  /** What the report calls it. */
  title: string;
  kind: Kind;
  /** Which servers it is for. */
  servers: string[];
  /** Whether nothing is kept to one core: the server, the load generator and the store share the machine. */
  allCores?: boolean;
  /** How it differs from {@linkcode USUAL}. */
  spec: Partial<LoadSpec>;
}

/** What all have in common where they do not say otherwise. */
export const USUAL: Omit<LoadSpec, "port" | "pid" | "disk" | "dialect"> = {
  members: 1_000,
  rooms: 1,
  senders: 50,
  perSecond: 0,
  // About what people write in a chat line.
  textBytes: 80,
  connecting: 128,
  connectMs: 40_000,
  warmUpMs: 2_000,
  measureMs: 6_000,
  drainMs: 2_000,
};

/** `--quick`: for a look, not for a figure to quote. */
export const QUICK: Partial<LoadSpec> = { warmUpMs: 1_000, measureMs: 2_000, drainMs: 1_000 };

const ALL_SERVERS = ["ours", "ours-guard", "naive", "ws", "socketio", "uws", "bun", "fastapi"];
/** Besides, ours in the dialect of its peers, and the least that batching can cost. */
const ROOM_SERVERS = ["ours", "ours-plain", "batching", ...ALL_SERVERS.slice(1)];
/** Those that a comparison at size makes sense with. */
const BIG_SERVERS = ["ours", "ours-guard", "naive", "ws", "socketio", "uws", "bun"];

/** All of them, in the order of the report. */
export const WORKLOADS: Workload[] = [
  room1000(100, ROOM_SERVERS),
  room1000(400, ROOM_SERVERS),
  // In the plain dialect each message is a frame of its own, and nobody can send two million of those a second.
  room1000(2_000, ROOM_SERVERS.filter((server) => server !== "ours-plain")),
  {
    name: "rooms200",
    title: "200 rooms of 10 members, 2,000 messages/s over all of them",
    kind: "fan-out",
    servers: BIG_SERVERS,
    spec: { members: 2_000, rooms: 200, senders: 200, perSecond: 2_000 },
  },
  {
    name: "rooms",
    title: "1,000 rooms of 10 members, 2,000 messages/s over all of them",
    kind: "fan-out",
    servers: BIG_SERVERS,
    spec: { members: 10_000, rooms: 1_000, senders: 1_000, perSecond: 2_000 },
  },
  {
    name: "rooms@9000",
    title: "The same rooms, 9,000 messages/s, which is more than one core can do, and all cores for everybody",
    kind: "fan-out",
    servers: ["ours"],
    allCores: true,
    spec: { members: 10_000, rooms: 1_000, senders: 1_000, perSecond: 9_000 },
  },
  {
    name: "room10000@20",
    title: "10,000 members of one room, 20 messages/s",
    kind: "fan-out",
    servers: BIG_SERVERS,
    spec: { members: 10_000, perSecond: 20 },
  },
  {
    name: "reactions1000@400",
    title: "1,000 members of one room, 400 reactions/s to one message",
    kind: "fan-out",
    servers: ["ours", "ours-guard"],
    spec: { perSecond: 400, senders: 1_000, reactions: true },
  },
  // With the one before that: what a delivery costs as a room grows.
  scale(1_000),
  scale(100),
  {
    name: "idle10000",
    title: "10,000 connections, nobody says anything",
    kind: "idle",
    servers: ALL_SERVERS,
    spec: { members: 10_000, senders: 1, warmUpMs: 1_000, measureMs: 2_000 },
  },
  {
    name: "connect5000",
    title: "5,000 clients connect and join a room, 512 at a time",
    kind: "connect storm",
    servers: ALL_SERVERS,
    spec: { members: 5_000, senders: 1, warmUpMs: 0, measureMs: 100, connecting: 512 },
  },
  {
    name: "resume5000",
    title: "5,000 clients resume, 20 messages behind, after a restart",
    kind: "resume storm",
    servers: ["ours"],
    spec: { members: 5_000, perSecond: 20, connecting: 512, measureMs: 2_000, resumeBehind: 20 },
  },
  {
    name: "stuck",
    title: "1,000 members, 100 messages/s, and one who reads nothing of 2 MB/s in a room beside theirs",
    kind: "stuck reader",
    servers: ["ours", "ours-guard", "ws", "uws", "bun"],
    spec: { perSecond: 100, measureMs: 3_000, stuckReader: true },
  },
];

function room1000(perSecond: number, servers: string[]): Workload {
  return {
    name: `room1000@${perSecond}`,
    title: `1,000 members of one room, ${perSecond.toLocaleString("en")} messages/s`,
    kind: "fan-out",
    servers,
    spec: { perSecond },
  };
}

function scale(members: number): Workload {
  return {
    name: `room${members}@20`,
    title: `${members.toLocaleString("en")} members of one room, 20 messages/s`,
    kind: "fan-out",
    servers: ["ours", "uws"],
    spec: { members, perSecond: 20 },
  };
}
