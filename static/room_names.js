/** The names that a room may have, and the room that an address or an invitation names. @module */

import { ROOM_CHARACTERS } from "./limits.js";

/** Makes a room's name of a text; empty if it has nothing that a name can be made of. @param {string} text */
export function roomName(text) {
  // "Zürich" keeps its letters: the marks that stand on them are dropped, and what is between words is one hyphen.
  const plain = text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
  const name = plain.replace(/[łøđß]|æ|œ|ı/g, (letter) => SPELT[letter] ?? letter).replace(/[^a-z0-9]+/g, "-");
  return name.slice(0, ROOM_CHARACTERS).replace(/^-+|-+$/g, "");
}

/** Letters that are no letter with a mark. @type {Record<string, string>} */
const SPELT = { ł: "l", ø: "o", đ: "d", ß: "ss", æ: "ae", œ: "oe", ı: "i" };

/** Whether only the server makes such a name, which nobody can guess. @param {string} name */
export function isSecretName(name) {
  return /^[pd]-[a-z2-7]{26}$/.test(name);
}

/** Whether a room is one of two people. @param {string} name */
export function isDirect(name) {
  return name[0] === "d" && isSecretName(name);
}

/** Whether a text is the name of a room as it is, or no text at all. @param {string} text */
export function isRoomName(text) {
  return roomName(text) === text;
}

/** The room and the secret of an invitation, if that is what a link has brought. @param {string} brought */
export function invitationIn(brought) {
  const [, room = "", secret = ""] = /^([^.]+)\.([a-z2-7]{26})$/.exec(brought) ?? [];
  return room !== "" && isRoomName(room) ? { room, secret } : undefined;
}

/**
 * The room that an address names.
 *
 * @param {string} path below the root, such as `r/lobby`, or `r/lobby/12` for a message
 * @returns {{ name: string, asked: string, seq: number | undefined }} its name, or that of the room where everybody is; and what the address says,
 *   which is another text if no room can have that name
 */
export function roomAt(path) {
  const [, room, seq] = /^r\/([^/]*)(?:\/(\d{1,15})$)?/.exec(path) ?? [];
  let asked = room ?? path;
  try {
    asked = decodeURIComponent(asked);
  } catch {
    // Anybody can write such an address: it is taken as it is.
  }
  return { name: (room !== undefined && roomName(asked)) || "lobby", asked, seq: seq && Number(seq) || undefined };
}
