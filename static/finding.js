/** How what somebody types finds a name. @module */

/** Without marks and case, so that "Zoe" finds "Zoë". @param {string} text */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}

/** How well a name fits, both folded: it begins with what is typed, a word of it does, or it has it somewhere. @param {string} name @param {string} wanted */
export function rank(name, wanted) {
  if (name.startsWith(wanted)) return 3;
  const at = name.indexOf(wanted);
  return at < 0 ? 0 : /[\p{L}\p{N}]/u.test(name[at - 1] ?? "") ? 1 : 2;
}
