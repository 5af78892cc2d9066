/**
 * Tells how a promise was broken: of all that happened, the few events that have to do with it, in order.
 *
 * @module
 */

import type { Change, ClientEvent, ClientLog, Content, Entry, Evidence, Message, Violation } from "./evidence.ts";
import { isMessage, revOf } from "./evidence.ts";

/** Lines of a story at most: its end is what matters. */
const MOST_LINES = 60;

/** A violation and its story. */
export function tell(violation: Violation, evidence: Evidence): string[] {
  const { promise, client, what } = violation;
  const who = client === undefined ? "" : ` (${client})`;
  return [`Promise ${promise}${who}: ${what}`, ...story(violation, evidence).map((line) => `  ${line}`)];
}

/** Gives the story of a violation, a line for each event; times are in seconds since the first one. */
export function story(violation: Violation, evidence: Evidence): string[] {
  if (violation.client === undefined && violation.room === undefined) return [];
  const lines: { at: number; line: string }[] = [];
  const authors = authorsOf(violation, evidence);
  for (const client of evidence.clients) {
    const isItself = client.name === violation.client;
    for (const event of client.events) {
      const line = concerns(event, client, violation, isItself, authors) ? describe(event, violation) : undefined;
      if (line !== undefined) lines.push({ at: event.at, line: `${client.name} ${line}` });
    }
  }
  const end = violation.at ?? lines.reduce((latest, { at }) => Math.max(latest, at), 0);
  const begin = lines.reduce((earliest, { at }) => Math.min(earliest, at), end) - 1_000;
  for (const { at, what } of evidence.faults) if (at >= begin && at <= end + 500) lines.push({ at, line: `* ${what}` });
  lines.sort((one, other) => one.at - other.at);
  const upToIt = lines.filter(({ at }) => violation.at === undefined || at <= violation.at + 2_000);
  const told = upToIt.slice(-MOST_LINES);
  const left = upToIt.length - told.length;
  return [
    ...left > 0 ? [`(${left} earlier events)`] : [],
    ...told.map(({ at, line }) => `${(at / 1000).toFixed(3).padStart(9)}  ${line}`),
  ];
}

/** Whether an event has to do with it: the message itself, wherever it shows; and what the client's connection went through. */
function concerns(
  event: ClientEvent,
  { id }: ClientLog,
  violation: Violation,
  isItself: boolean,
  authors: Set<string>,
): boolean {
  const { room, seq, nonce, at } = violation;
  const isNear = at === undefined || Math.abs(event.at - at) < 5_000;
  if (event.type === "opened" || event.type === "closed") return isItself && isNear;
  if (event.type === "text") return isItself && isNear && at !== undefined && Math.abs(event.at - at) < 1_000;
  if (event.type === "pong" || event.type === "wrong" || event.type === "shows") return isItself && event.at === at;
  if (room !== undefined && event.room !== room) return false;
  if (event.type === "joined" || event.type === "reset") {
    return isItself && isNear || event.type === "joined" && event.messages.some((entry) => isAbout(entry, seq));
  }
  if (event.type === "message" || event.type === "change") {
    const entry = event.type === "message" ? event.message : event.change;
    return isAbout(entry, seq) || (nonce !== undefined && entry.nonce === nonce && entry.id === id) ||
      (isItself && seq !== undefined && Math.abs(entry.seq - seq) <= 2);
  }
  if (event.type === "left" || event.type === "said" || event.type === "missed") return isItself && isNear;
  if (event.type === "history") return isItself && event.messages.some((message) => message.seq === seq);
  if (event.type === "reactors") return isItself && event.target === seq;
  return (nonce !== undefined && event.nonce === nonce && isItself) || authors.has(`${id} ${event.nonce}`) ||
    (seq !== undefined && event.target === seq) || (event.type === "acked" && event.seq === seq);
}

/** Whether an event is at a place, or changes what is there. */
function isAbout(entry: Entry, seq: number | undefined): boolean {
  return entry.seq === seq || (!isMessage(entry) && entry.target === seq);
}

/** The author of the message at the place of the violation, under any epoch. */
function authorsOf({ room, seq }: Violation, { clients, store }: Evidence): Set<string> {
  const authors = new Set<string>();
  const note = (entries: Entry[]) => {
    for (const entry of entries) if (isAbout(entry, seq)) authors.add(`${entry.id} ${entry.nonce}`);
  };
  if (room === undefined || seq === undefined) return authors;
  note(store[room]?.entries ?? []);
  for (const { events } of clients) {
    for (const event of events) {
      if (event.type === "message" && event.room === room) note([event.message]);
      if (event.type === "change" && event.room === room) note([event.change]);
      if ((event.type === "joined" || event.type === "history") && event.room === room) note(event.messages);
    }
  }
  return authors;
}

function describe(event: ClientEvent, { seq }: Violation): string {
  switch (event.type) {
    case "opened":
      return "is connected";
    case "closed":
      return `is disconnected: ${event.why}`;
    case "text":
      return `reads “${event.text.slice(0, 60)}”`;
    case "joined": {
      const { room, after, epoch, recovered, missed, messages } = event;
      const from = after === undefined ? "" : ` after ${after.seq} (${after.epoch.slice(0, 8)})`;
      const run = messages.length === 0 ? "nothing" : `${messages[0]!.seq}…${messages.at(-1)!.seq}`;
      const gap = missed === undefined ? "" : `, missed ${missed}`;
      const found = messages.find((message) => message.seq === seq);
      const detail = found === undefined ? "" : `; ${tellOf(found)}`;
      return `joined ${room}${from}: at ${event.seq} (${
        epoch.slice(0, 8)
      }), recovered ${recovered}${gap}, got ${run}${detail}`;
    }
    case "message":
      return `gets ${tellOf(event.message)} in ${event.room}`;
    case "change":
      return `gets ${tellOf(event.change)} in ${event.room}`;
    case "reset":
      return `is told of a reset of ${event.room}: ${event.first}…${event.head} (${event.epoch.slice(0, 8)})`;
    case "history":
      return `reads history of ${event.room}: ${event.messages[0]?.seq}…${event.messages.at(-1)?.seq}${
        event.messages.filter((message) => message.seq === seq).map((message) => `; ${tellOf(message)}`)
      }`;
    case "reactors":
      return `reads who reacted ${event.emoji} to ${event.target} of ${event.room}: ${event.ids.join()}`;
    case "pong":
      return `has a pong: ${JSON.stringify(event.heads)}`;
    case "sent":
      return `asks for ${tellContent(event)} in ${event.room}`;
    case "acked":
      return `has ${event.nonce} acknowledged as ${event.seq} (${event.epoch.slice(0, 8)}) of ${event.room} (${
        event.unchanged ? "it was so already" : event.durability
      })`;
    case "said":
      return `writes “${event.text.slice(0, 60)}”`;
    case "missed":
      return `misses ${event.seq} of ${event.room}`;
    case "shows":
      return `shows ${runsOf(event.messages)} of ${event.room}; to be sent: ${event.unsent.join(", ") || "nothing"}`;
    case "left":
      return `has left ${event.room}`;
    case "wrong":
      return `sees what is wrong: ${event.what}`;
    case "refused":
      return `has ${event.nonce} refused: ${event.code}`;
  }
}

/** An event in a few words. */
function tellOf(entry: Message | Change): string {
  const by = `${entry.seq} by ${entry.id} (${entry.nonce ?? "plain"})`;
  if (isMessage(entry)) return revOf(entry) === entry.seq ? by : `${by}, as ${revOf(entry)} left it,`;
  const { kind, target, text = "", emoji = "", on } = entry;
  return `${by}, ${kind} of ${target} ${kind === "react" ? `${emoji} ${on}` : `“${text.slice(0, 40)}”`}`;
}

function tellContent({ nonce, ...content }: Content & { nonce?: string }): string {
  const { kind, text = "", target, targetNonce, emoji, on, reply } = content;
  if (kind === undefined) return `${nonce ?? text.slice(0, 60)}${reply === undefined ? "" : ` (a reply to ${reply})`}`;
  return `${nonce} (${kind} of ${target ?? targetNonce} ${
    emoji === undefined ? `“${text.slice(0, 40)}”` : `${emoji} ${on}`
  })`;
}

/** Messages as runs of numbers: `1…5, 8…9 (an epoch)`. */
function runsOf(messages: (Message & { epoch: string })[]): string {
  const runs: { from: number; to: number; epoch: string }[] = [];
  for (const { seq, epoch } of messages) {
    const run = runs.at(-1);
    if (run?.epoch === epoch && seq === run.to + 1) run.to = seq;
    else runs.push({ from: seq, to: seq, epoch });
  }
  return runs.map(({ from, to, epoch }) => `${from}…${to} (${epoch.slice(0, 8)})`).join(", ") || "nothing";
}
