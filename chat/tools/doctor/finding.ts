/** What the doctor finds. @module */

/**
 * `ok` is as it should be, `note` is worth knowing, `unsafe` lets somebody do harm, and with `broken` the server does not start, or nobody can use it.
 */
export interface Finding {
  level: "ok" | "note" | "unsafe" | "broken";
  /** A sentence or two for the operator, which says what to do. */
  text: string;
}

export const ok = (text: string): Finding => ({ level: "ok", text });
export const note = (text: string): Finding => ({ level: "note", text });
export const unsafe = (text: string): Finding => ({ level: "unsafe", text });
export const broken = (text: string): Finding => ({ level: "broken", text });
