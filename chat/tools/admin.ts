/**
 * `deno task admin`: what an operator does at a terminal. A store that is a file is read in a copy, so it may be served meanwhile; what writes needs
 * the file to itself, as its server does. A database may be served all the time.
 *
 * @module
 */

import type { NewEvent, StoredMessage } from "../event/event.ts";
import type { MessageLog } from "../log/message_log.ts";
import type { People } from "../log/people.ts";
import { makeClaim } from "../policy/claim.ts";
import { StoreOpenError } from "../log/store.ts";
import { erase } from "../room/erase_person.ts";
import { storedPolicy, storedRooms } from "../room/stored_rooms.ts";
import { tracesOf } from "../room/traces.ts";
import { checkId, isProvable, TERMINAL_ID } from "../wire/identity.ts";
import { isReservedRoom } from "../wire/names.ts";
import { jsonLine } from "../base/escape.ts";
import { print, runTool, say } from "./run_tool.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { isDatabase } from "../settings/store_name.ts";
import { asToolError, backup, parseFileStore, ToolError } from "./snapshot.ts";
import { withLog } from "./with_log.ts";

/** The author of what an operator does to a room. */
const OPERATOR = { id: TERMINAL_ID, name: "Operator" };

interface Opened {
  log: MessageLog;
  people: People;
}

type Print = (line: string) => void;

/** Opens a store for itself, does, and closes it. @throws {ToolError} if there is no such store, it is served, or it cannot be searched */
async function withStore<T>(name: string, work: (opened: Opened) => Promise<T>, report?: ReportTrouble): Promise<T> {
  if (!isDatabase(name) && parseFileStore(name).kind === "kv") {
    throw new ToolError("Cannot do that in Deno KV: it cannot list its rooms. It takes sqlite:PATH or postgres://…");
  }
  return await withLog(name, (log) => work({ log, people: log.people! }), report);
}

/** The same with a copy of it as it is now, which is thrown away: its server has the file itself. */
async function withCopy<T>(name: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  if (isDatabase(name)) return await withStore(name, work);
  const store = parseFileStore(name);
  if (store.kind === "kv") return await withStore(name, work);
  const folder = await Deno.makeTempDir({ prefix: "switchboard-admin-" });
  try {
    await backup(store, `${folder}/chat.db`);
    // What there is to tell of a copy would be taken for the store's.
    return await withStore(`sqlite:${folder}/chat.db`, work, () => {});
  } catch (cause) {
    if (cause instanceof StoreOpenError) throw asToolError(`Cannot open the store ${store.path}`, cause);
    throw cause;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Prints every room, the secret ones too, in columns divided by tabs. */
export function printRooms(name: string, print: Print): Promise<void> {
  return withCopy(name, async ({ log, people }) => {
    print(["room", "owners", "members", "messages", "last event"].join("\t"));
    for await (const { room, messages, ts } of storedRooms(people)) {
      const { owners, members } = await storedPolicy(log, room);
      print([room, owners.join(",") || "-", members.length, messages, new Date(ts).toISOString()].join("\t"));
    }
  });
}

/** Prints everything that a person has left, in lines of JSON: messages, reactions, reports, and changes of rooms by or about the person. */
export function printPerson(name: string, id: string, print: Print): Promise<void> {
  requireId(id);
  return withCopy(name, async ({ log, people }) => {
    let lines = 0;
    const tell = (line: Record<string, unknown>) => {
      lines++;
      print(jsonLine(line));
    };
    for await (const { room } of storedRooms(people)) {
      for await (const { messages, reactions } of tracesOf(people, room, id)) {
        for (const message of messages) tell({ room, ...own(message) });
        for (const { target, emoji } of reactions) tell({ room, target, emoji });
      }
      for (const report of await log.reports!.ownOf(room, id)) tell({ room, reported: report });
      const { changes } = await log.roomChanges(room);
      const isOf = (event: NewEvent) =>
        event.id === id || event.kind === "member" && event.member === id ||
        event.kind === "settings" && event.between?.includes(id);
      for (const change of changes.filter(isOf)) tell({ room, ...change });
    }
    if (lines === 0) throw new ToolError(`The store has nothing of ${id}`);
  });
}

/** What its author wrote, without what others did to it. */
function own({ reactions: _reactions, replies: _replies, rev: _rev, ordinal: _ordinal, ...message }: StoredMessage) {
  return message;
}

/** Makes somebody an owner of a room. */
export function makeOwner(name: string, room: string, id: string): Promise<void> {
  requireId(id);
  if (!isProvable(id)) throw new ToolError(`Cannot make ${id} an owner: anybody may use that id`);
  return withStore(name, async ({ log }) => {
    await requireRoom(log, room);
    const { between, version } = await storedPolicy(log, room);
    if (between !== undefined) {
      throw new ToolError(`Cannot make ${id} an owner: ${room} is the room of two people, which nobody owns`);
    }
    // An import has only its messages, which were not for everybody.
    const isImported = version === 0 && isReservedRoom(room);
    await change(
      log,
      room,
      isImported
        ? { ...OPERATOR, kind: "settings", set: { visibility: "private" }, owner: id }
        : { ...OPERATOR, kind: "member", member: id, role: "owner" },
    );
  });
}

/** Bans somebody from a room, or from all there are. @returns how many rooms that are */
export function ban(name: string, id: string, only?: string): Promise<number> {
  requireId(id);
  return withStore(name, async ({ log, people }) => {
    const event: NewEvent = { ...OPERATOR, kind: "member", member: id, role: "banned" };
    if (only !== undefined) {
      await requireRoom(log, only);
      await change(log, only, event);
      return 1;
    }
    let count = 0;
    for await (const { room } of storedRooms(people)) {
      // Nobody else comes into a room of two, and the two need not read of it.
      if ((await storedPolicy(log, room)).between?.includes(id) === false) continue;
      await change(log, room, event);
      count++;
    }
    return count;
  });
}

/** Erases everything of somebody, from the file as well. @returns what it was, and which rooms nobody owns now */
export function erasePerson(name: string, id: string): ReturnType<typeof erase> {
  requireId(id);
  return withStore(name, async ({ log, people }) => {
    const erased = await erase(log, people, id, crypto.randomUUID());
    await people.rewrite();
    return erased;
  });
}

/** Makes a claim. @returns the path of its link */
export function claim(name: string): Promise<string> {
  return withStore(name, ({ log }) => makeClaim(log.identities!));
}

/** Calls an id back, for good. @param next the id that its owner has from then on */
export function revoke(name: string, id: string, next?: string): Promise<void> {
  for (const each of [id, ...next === undefined ? [] : [next]]) {
    requireId(each);
    if (!isProvable(each)) throw new ToolError(`Cannot do that with ${each}: anybody may use that id`);
  }
  return withStore(name, ({ log }) => log.identities!.revoke(id, next));
}

async function requireRoom(log: MessageLog, room: string): Promise<void> {
  if ((await log.read(room, { limit: 0 })).head === 0) throw new ToolError(`The store has no room ${room}`);
}

async function change(log: MessageLog, room: string, event: NewEvent): Promise<void> {
  const answer = await log.append(room, event);
  if ("refused" in answer) throw new ToolError(`Cannot change the room ${room}: ${answer.refused}`);
}

function requireId(id: string): void {
  try {
    checkId(id);
  } catch (cause) {
    throw asToolError(`Cannot use ${jsonLine(id)}`, cause);
  }
}

interface Verb {
  usage: string;
  /** Fewest and most arguments. */
  takes: [number, number];
  run(args: string[], print: Print): Promise<void>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  rooms: { usage: "STORE", takes: [1, 1], run: ([store], print) => printRooms(store!, print) },
  person: { usage: "STORE ID", takes: [2, 2], run: ([store, id], print) => printPerson(store!, id!, print) },
  owner: {
    usage: "STORE ROOM ID",
    takes: [3, 3],
    async run([store, room, id]) {
      await makeOwner(store!, room!, id!);
      say(`${id} owns the room ${room}`);
    },
  },
  ban: {
    usage: "STORE ID [ROOM]",
    takes: [2, 3],
    async run([store, id, room]) {
      const count = await ban(store!, id!, room);
      say(`${id} is banned from ${room === undefined ? `all rooms: ${count}` : `the room ${room}`}`);
    },
  },
  claim: {
    usage: "STORE",
    takes: [1, 1],
    async run([store], print) {
      print(await claim(store!));
      say("Put this behind the server's address: whoever opens it first moderates the rooms that nobody owns");
    },
  },
  revoke: {
    usage: "STORE ID [NEXT]",
    takes: [2, 3],
    async run([store, id, next]) {
      await revoke(store!, id!, next);
      say(`${id} is called back, for good${next === undefined ? "" : `: its owner is ${next} now`}`);
    },
  },
  erase: {
    usage: "STORE ID",
    takes: [2, 2],
    async run([store, id]) {
      const { messages, reactions, roles, ownerless } = await erasePerson(store!, id!);
      say(`Erased ${id}: messages ${messages}, reactions ${reactions}, roles ${roles.length}`);
      if (ownerless.length > 0) say(`Nobody owns any more: ${ownerless.join(", ")}`);
    },
  },
};

const USAGE = Object.entries(VERBS).map(([verb, { usage }]) => `deno task admin ${verb} ${usage}`).join("\n       ");

function verbOf([verb = "", ...rest]: string[]): Verb | undefined {
  const found = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  return found && rest.length >= found.takes[0] && rest.length <= found.takes[1] ? found : undefined;
}

if (import.meta.main) {
  await runTool(
    USAGE,
    (args) => verbOf(args) !== undefined,
    (args) => verbOf(args)!.run(args.slice(1), print),
  );
}
