/** Names that one could take for each other. @module */

/** Letters of other scripts, and digits, by the Latin letter that each looks like. */
const LOOKS = "аaαaвbβbсcԁdеeһhнhηnіiιiјjкkκkӏlмmоoοoрpρpԛqѕsтtτtυuνvѵvѡwхxχxуyγy0o1l|l5s";

/** @type {Map<string, string>} */
const LETTERS = new Map();
for (let i = 0; i + 1 < LOOKS.length; i += 2) LETTERS.set(LOOKS.charAt(i), LOOKS.charAt(i + 1));

/** What is left of a name for somebody who looks at it in passing. @param {string} name */
function looksOf(name) {
  const plain = name.normalize("NFKD").replace(/[\p{M}\p{Default_Ignorable_Code_Point}]+/gu, "").toLowerCase();
  const letters = Array.from(plain, (letter) => LETTERS.get(letter) ?? letter).join("");
  return letters.replace(/rn/g, "m").replace(/vv/g, "w").replace(/i/g, "l").replace(/[^\p{L}\p{N}\p{S}]+/gu, "");
}

/** Those whose names could be taken for another's. @param {Iterable<[id: string, name: string]>} people @returns {Set<string>} their ids */
export function alike(people) {
  /** @type {Map<string, string[]>} */
  const byLooks = new Map();
  for (const [id, name] of people) byLooks.set(looksOf(name), [...byLooks.get(looksOf(name)) ?? [], id]);
  return new Set([...byLooks.values()].filter((ids) => ids.length > 1).flat());
}
