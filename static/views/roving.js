/** Arrows among the items of a bar, a menu or a table of emoji. @module */

/**
 * The item that a key leads to from the one that has the focus.
 *
 * @param {HTMLElement[][]} lines
 * @param {KeyboardEvent} event
 */
export function nextByKey(lines, { key, target }) {
  const all = lines.flat();
  const at = all.findIndex((each) => each === target);
  const line = lines.findIndex((each) => each.some((item) => item === target));
  const item = all[at];
  if (item === undefined) return undefined;
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  const back = getComputedStyle(item).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
  if (key === "ArrowLeft" || key === "ArrowRight") return all[(at + (key === back ? -1 : 1) + all.length) % all.length];
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (step === undefined || lines.length === 1) return undefined;
  const column = lines[line]?.findIndex((each) => each === item) ?? 0;
  const next = lines[(line + step + lines.length) % lines.length] ?? [];
  return next[Math.min(column, next.length - 1)];
}
