/**
 * The text of what was rendered, for those who copy it: about as somebody might have typed it.
 *
 * @module
 */

/** The lines of what is in a node. @param {Node} node @returns {string[]} */
export function linesOf(node) {
  /** @type {string[]} */
  const lines = [];
  let goesOn = false;
  for (const child of node.childNodes) {
    const block = blockLines(child);
    const [first = "", ...rest] = block ?? inlineLines(child);
    if (goesOn && block === undefined) lines.push(`${lines.pop()}${first}`, ...rest);
    else lines.push(first, ...rest);
    goesOn = block === undefined;
  }
  return lines;
}

/** The lines of a node that has lines of its own. @param {Node} node @returns {string[] | undefined} */
function blockLines(node) {
  if (!(node instanceof HTMLElement)) return undefined;
  switch (node.localName) {
    case "div":
    case "ul":
    case "ol":
      return [...node.children].flatMap((child) => blockLines(child) ?? []);
    case "li":
      return linesOf(node).map((line, n) => n === 0 ? line : `  ${line}`);
    case "blockquote":
      return linesOf(node).map((line) => `> ${line}`);
    case "pre":
      return [`\`\`\`${node.parentElement?.dataset.language ?? ""}`, ...(node.textContent ?? "").split("\n"), "```"];
    default:
      return undefined;
  }
}

/** @param {Node} node @returns {string[]} */
function inlineLines(node) {
  if (!(node instanceof HTMLElement)) return (node.textContent ?? "").split("\n");
  // "(edited)", and buttons.
  if (node.matches("small, button")) return [""];
  if (!(node instanceof HTMLAnchorElement)) return linesOf(node);
  // What is shown of an address elsewhere is not one.
  if (node.dataset.room !== undefined) return [node.href];
  return [
    node.childElementCount > 1 ? `${node.firstElementChild?.textContent} (${node.href})` : node.textContent ?? "",
  ];
}
