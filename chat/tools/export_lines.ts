/** The lines of an export: how they are written, and how a file of them is read. @module */

import { jsonLine } from "../base/escape.ts";
import { ROOM_PATTERN } from "../wire/names.ts";

/** More than any line of an export, with every character escaped. */
const LINE_CHARACTERS = 256 * 1024;

export function lineOf(line: MessageLine | ReactionsLine): string {
  return `${jsonLine(line)}\n`;
}

/** The lines of a file, of which only one, and a piece of the next, is in memory. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const { readable } = await Deno.open(path);
  let rest = "";
  for await (const text of readable.pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
    if (rest.length > LINE_CHARACTERS) throw new Error(`it has a line of more than ${LINE_CHARACTERS} characters`);
  }
  if (rest !== "") yield rest;
}

/** A message as it is now, and its room. Earlier versions wrote the fields up to `nonce`. */
export interface MessageLine {
  room: string;
  seq: number;
  ts: number;
  id: string;
  name: string;
  text: string;
  nonce?: string;
  version?: number;
  reply?: number;
  mentions?: string[];
  deleted?: true;
}

/** Some of the ids that react to the message before it with one emoji. */
export interface ReactionsLine {
  room: string;
  target: number;
  emoji: string;
  ids: string[];
}

type Fields<Line> = { [Field in keyof Required<Line>]: (value: unknown) => boolean };

const MESSAGE: Fields<MessageLine> = {
  room: isRoom,
  seq: isNumber,
  ts: isNumber,
  id: isText,
  name: isText,
  text: (value) => isText(value) || value === "",
  nonce: orAbsent(isText),
  version: orAbsent(isNumber),
  reply: orAbsent(isNumber),
  mentions: orAbsent(areTexts),
  deleted: orAbsent((value) => value === true),
};

const REACTIONS: Fields<ReactionsLine> = { room: isRoom, target: isNumber, emoji: isText, ids: areTexts };

/** @throws if it is not one of an export, of this version or an earlier one */
export function parseLine(line: string): MessageLine | ReactionsLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error("it is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new Error("it is not an object");
  const fields = value as Record<string, unknown>;
  const known: Record<string, (value: unknown) => boolean> = "emoji" in fields ? REACTIONS : MESSAGE;
  const wrong = Object.entries(known).find(([field, fits]) => !fits(fields[field]));
  if (wrong) throw new Error(`its "${wrong[0]}" is missing or wrong`);
  if (fields.text === "" && !fields.deleted) throw new Error('its "text" is missing or wrong');
  // Of a later version, perhaps: left out it would be lost.
  const unknown = Object.keys(fields).find((field) => !Object.hasOwn(known, field));
  if (unknown !== undefined) throw new Error(`it has ${jsonLine(unknown)}, which this version does not know`);
  return value as MessageLine | ReactionsLine;
}

function isRoom(value: unknown): boolean {
  return isText(value) && ROOM_PATTERN.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function orAbsent(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || fits(value);
}
