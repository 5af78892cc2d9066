/** Reads values of every kind that commands have. The messages of {@linkcode Invalid} are for the client. @module */

import { Invalid } from "./invalid.ts";
import { hasAtMost } from "./size.ts";

/** Whether a value is an object with fields. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text of one line that is not empty. @param most in code points @throws {Invalid} if it is none */
export function readLine(field: string, value: unknown, most: number): string {
  const text = readString(field, value, most);
  if (/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text)) {
    throw new Invalid(`"${field}" must be one line, without controls`);
  }
  return text;
}

/** One of some words. @throws {Invalid} if it is none of them */
export function readOneOf<One extends string>(field: string, value: unknown, all: readonly One[]): One {
  if (all.includes(value as One)) return value as One;
  throw new Invalid(`"${field}" must be one of ${all.join(", ")}`);
}

/** A mark that is there or not. @throws {Invalid} if it is anything but `true` */
export function readTrue(field: string, value: unknown): true {
  if (value === true) return value;
  throw new Invalid(`"${field}" must be true or absent`);
}

/** A text that is not empty. @param most in code points @throws {Invalid} if it is none */
export function readString(field: string, value: unknown, most: number): string {
  if (typeof value === "string" && value !== "" && hasAtMost(most, value) && value.isWellFormed()) return value;
  throw new Invalid(`"${field}" must be a string of 1 to ${most} characters`);
}

/** A number. @throws {Invalid} if it is no integer between these */
export function readInteger(field: string, value: unknown, least: number, most: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new Invalid(`"${field}" must be an integer from ${least} to ${most}`);
}

/** The number of an event. @throws {Invalid} if it is none */
export function readSeq(field: string, value: unknown): number {
  return readInteger(field, value, 1, Number.MAX_SAFE_INTEGER);
}

/** A yes or no. @throws {Invalid} if it is neither */
export function readBoolean(field: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new Invalid(`"${field}" must be true or false`);
}

/** A value that may be absent. */
export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** A list. @param most its entries @throws {Invalid} if it is none, or too long */
export function readList<T>(field: string, value: unknown, most: number, read: (value: unknown) => T): T[] {
  if (Array.isArray(value) && value.length <= most) return value.map(read);
  throw new Invalid(`"${field}" must be a list of at most ${most}`);
}
