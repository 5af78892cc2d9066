/** The rooms that a token is for. @module */

import { ROOMS_PATTERN } from "../wire/names.ts";

const LEVELS = ["read", "write", "moderate"];

/** A room, or with a star at the end all whose names begin so, and the most that may be done there. */
export interface Grant {
  room: string;
  may: "read" | "write" | "moderate";
}

export function isGrant(value: unknown): value is Grant {
  if (typeof value !== "object" || value === null) return false;
  const { room, may } = value as Partial<Record<keyof Grant, unknown>>;
  return typeof room === "string" && ROOMS_PATTERN.test(room) && LEVELS.includes(String(may));
}

/** Whether what is granted is enough for a level in a room. Nothing granted in particular is everything. */
export function isGranted(grants: readonly Grant[] | undefined, room: string, level: Grant["may"]): boolean {
  return grants === undefined ||
    grants.some((grant) => covers(grant.room, room) && LEVELS.indexOf(grant.may) >= LEVELS.indexOf(level));
}

function covers(pattern: string, room: string): boolean {
  return pattern.endsWith("*") ? room.startsWith(pattern.slice(0, -1)) : room === pattern;
}
