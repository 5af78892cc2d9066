/** Reads what other services send: whatever is missing there, or of another kind, is empty. @module */

/** The longest title, name or summary that is passed on, in code points. */
const LINE_CHARACTERS = 200;
/** The longest address that is passed on: a longer one is left out. */
const LINK_CHARACTERS = 500;

/** What lies at the end of a path through objects; undefined if one of them is not there. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce((inner, name) => {
    const isThere = typeof inner === "object" && inner !== null && Object.hasOwn(inner, name);
    return isThere ? (inner as Record<string, unknown>)[name] : undefined;
  }, value);
}

/** A text there, as one line that is not too long; empty if there is none. */
export function lineAt(value: unknown, ...path: string[]): string {
  const found = at(value, ...path);
  if (typeof found === "number") return String(found);
  if (typeof found !== "string") return "";
  // What turns the direction of a line around would turn what stands behind it.
  const line = found.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+|\s+/gu, " ").trim();
  return cut(line, LINE_CHARACTERS);
}

/** An address there; empty if there is none, or one that leads nowhere. */
export function linkAt(value: unknown, ...path: string[]): string {
  const found = at(value, ...path);
  if (typeof found !== "string" || found.length > LINK_CHARACTERS || /[\s\p{Cc}\p{Cf}]/u.test(found)) return "";
  const url = URL.parse(found);
  // Some put their own name and password there.
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === "" ? found : "";
}

export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** @param most in code points */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** The lines that have something in them. */
export function lines(...all: string[]): string {
  return all.filter((line) => line !== "").join("\n");
}
