/** Ways to write down the parts of a text, for the tests of `static/text/`. @module */

import type { tokenize } from "../../static/text/blocks.js";

/** What a text is cut into. */
export type Parts = ReturnType<typeof tokenize>;
type Part = Parts[number];

/** The notation of the corpus: `<b>bold</b>`. A link that shows its own address is only `<a ADDRESS>`. */
export function notation(parts: Parts): string {
  return parts.map((part) => {
    if (typeof part === "string") return part;
    if ("parts" in part) return `<${part.kind}>${notation(part.parts)}</${part.kind}>`;
    if ("items" in part) {
      const items = part.items.map(({ mark, parts }) => `<li>${mark}${notation(parts)}`);
      return `<${part.kind}>${items.join("")}</${part.kind}>`;
    }
    if (part.kind !== "a") return `<${[part.kind, detailOf(part)].join(" ").trim()}>${part.text}</${part.kind}>`;
    if (`mailto:${part.text}` === part.href) return `<a ${part.href}>`;
    const text = part.host === undefined ? part.text : `${part.text} (${part.host})`;
    return text === part.href || `${text}/` === part.href ? `<a ${text}>` : `<a ${part.href}>${text}</a>`;
  }).join("");
}

function detailOf(part: Part): string {
  if (typeof part === "string") return "";
  return part.kind === "pre" ? part.language ?? "" : part.kind === "at" ? part.id : "";
}

/** Whether a part has lines of its own. */
function isBlock(part: Part | undefined): boolean {
  return typeof part === "object" && ["q", "pre", "ul", "ol"].includes(part.kind);
}

/** The lines that a reader sees, as a browser breaks them; without marks, and without what is blank. */
export function visibleLines(parts: Parts): string[] {
  const shown = (each: Parts): string =>
    each.map((part) => {
      if (typeof part === "string") return part;
      const text = "parts" in part
        ? shown(part.parts)
        : "items" in part
        ? part.items.map(({ mark, parts }) => mark + shown(parts)).join("\n")
        : part.kind === "a" && part.host !== undefined
        ? `${part.text} (${part.host})`
        : part.text;
      return isBlock(part) ? `\n${text}\n` : text;
    }).join("");
  return shown(parts).split("\n").filter((line) => line.trim() !== "");
}

const LINE_END = String.raw`(?:\r\n|[\n\r\v\f\x85\u2028\u2029])`;
const SPACES = String.raw`[^\S\n\r\v\f\u2028\u2029]*`;

/**
 * What must have been written for these parts to be shown: a pattern with every character that is shown, in order, and
 * between them nothing but pairs of the marks that say so. A part that lost a character, that joined two lines or that has
 * a mark which nobody wrote has a pattern that its text does not fit.
 */
export function writtenAs(parts: Parts): RegExp {
  let groups = 0;
  const literal = (text: string, lineStart: string, escapable = false) =>
    [...text].map((character) => {
      if (character === "\n") return LINE_END + lineStart;
      const escape = escapable && "*_~`[>-•@#".includes(character) ? String.raw`\\?` : "";
      return escape + character.replace(/[\\^$.*+?()[\]{}|/]/u, String.raw`\$&`);
    }).join("");
  const between = (mark: string, inside: () => string) => {
    const group = `m${++groups}`;
    return `(?<${group}>${mark})${inside()}\\k<${group}>`;
  };

  function one(part: Part, lineStart: string): string {
    if (typeof part === "string") return literal(part, lineStart, true);
    switch (part.kind) {
      case "q":
        return `> ?${all(part.parts, `${lineStart}> ?`)}`;
      case "pre": {
        const language = part.language === undefined ? "" : literal(part.language, "") + SPACES;
        const firstLine = `${SPACES}${language}${LINE_END}${lineStart}`;
        const code = literal(part.text, lineStart);
        const begin = language === "" ? `(?:${firstLine})?` : firstLine;
        return `${SPACES}\`{3,}${begin}${code}(?:${LINE_END}${lineStart}${SPACES})?\`{3,}${SPACES}`;
      }
      case "ul":
      case "ol":
        return part.items.map(({ mark, parts }) => SPACES + literal(mark, "") + all(parts, lineStart + SPACES))
          .join(LINE_END + lineStart);
      case "at":
        return literal(part.text, "");
      case "code":
        return between("`+", () => literal(part.text, lineStart));
      case "a": {
        const text = literal(part.text, lineStart);
        if (part.room !== undefined) return String.raw`(?:${text}|https?:\/\/\S+\/r\/${text.replace("#", "")})`;
        const { host } = new URL(part.href);
        // Only its host and its address may be shown of a link without its host behind it.
        if (part.host === undefined && part.text !== host) return String.raw`(?:${text}|\[${text}\]\(${text}\))`;
        return String.raw`(?:${text}|\[${text}\]\((?:https?:\/\/|www\.)[^\s]+\))`;
      }
      case "s":
        return `~~${all(part.parts, lineStart)}~~`;
      case "b":
        return between(String.raw`\*\*|__`, () => all(part.parts, lineStart));
      case "i":
        return between("[*_]", () => all(part.parts, lineStart));
    }
  }

  function all(each: Parts, lineStart: string): string {
    let pattern = "";
    each.forEach((part, n) => {
      const before = each[n - 1];
      const lineEnd = LINE_END + lineStart;
      // "``` and so on"
      if (isBlock(before)) pattern += (before as { kind: string }).kind === "pre" ? `(?:${lineEnd}|(?=\\s))` : lineEnd;
      else if (isBlock(part) && before !== undefined && !(typeof before === "string" && before.endsWith("\n"))) {
        // "so: ```"
        pattern += (part as { kind: string }).kind === "pre" ? `(?:${lineEnd})?` : lineEnd;
      }
      pattern += one(part, lineStart);
    });
    return isBlock(each.at(-1)) ? `${pattern}(?:${LINE_END}${lineStart})?` : pattern;
  }

  return new RegExp(`^${all(parts, "")}$`, "u");
}
