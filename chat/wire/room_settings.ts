/** Reads the settings that the owner of a room gives. @module */

import type { RoomSettings } from "../event/event.ts";
import * as limits from "../limits.ts";
import { Invalid } from "./invalid.ts";
import { isObject, readBoolean, readInteger, readLine, readOneOf } from "./values.ts";

/** Those that an owner sets by name: the others have commands of their own. */
const SETTINGS: { [Key in Exclude<keyof RoomSettings, "pinned" | "erased">]: (value: unknown) => RoomSettings[Key] } = {
  // An empty one takes away what was there.
  title: (title) => title === "" ? title : readLine("title", title, limits.TITLE_CHARACTERS),
  topic: (topic) => topic === "" ? topic : readLine("topic", topic, limits.TOPIC_CHARACTERS),
  visibility: (one) => readOneOf("visibility", one, ["public", "unlisted", "private"]),
  writers: (one) => readOneOf("writers", one, ["all", "known", "members"]),
  locked: (locked) => readBoolean("locked", locked),
  history: (one) => readOneOf("history", one, ["all", "joined"]),
  slowMs: (ms) => readInteger("slowMs", ms, 0, limits.SLOW_MS),
  editWindowMs: (ms) => readInteger("editWindowMs", ms, 0, limits.EDIT_MS),
  archived: (archived) => readBoolean("archived", archived),
  newcomerDelayMs: (ms) => readInteger("newcomerDelayMs", ms, 0, limits.NEWCOMER_DELAY_MS),
  keepDays: (days) => readInteger("keepDays", days, 0, limits.ROOM_KEEP_DAYS),
  keepMessages: (count) => readInteger("keepMessages", count, 0, limits.ROOM_KEEP_MESSAGES),
};

/** The settings in a command. Others are passed over. @throws {Invalid} if there is none */
export function readChangedSettings(value: unknown): Partial<RoomSettings> {
  const given = isObject(value) ? Object.entries(SETTINGS).filter(([name]) => value[name] !== undefined) : [];
  if (given.length > 0) {
    return Object.fromEntries(given.map(([name, read]) => [name, read((value as Record<string, unknown>)[name])]));
  }
  throw new Invalid(`"set" must be an object with one of ${Object.keys(SETTINGS).join(", ")}`);
}
