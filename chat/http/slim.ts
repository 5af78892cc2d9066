/**
 * Makes scripts and style sheets smaller without a change of what they do: a third of what a phone would load is comments, types,
 * blanks and the private names of classes. A browser's tools can format them.
 *
 * Scripts are not parsed, only cut into tokens, as far as our own formatted files need it: a statement ends with a
 * semicolon, and what begins a regular expression follows a mark or `return`. A test compares all tokens with those that a parser sees.
 *
 * @module
 */

/** One token of a script, but for templates. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[^]*?\*\/|#?[\w$]+|[^\S\n]+|\n|./uy;
const REGEXP = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** What may come before a regular expression. */
const BEFORE_REGEXP = /(?:[(,=:[!&|?{};+>]|^|\breturn)\s*$/;

/** The tokens of a script. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; at += tokens.at(-1)!.length) {
    tokens.push(text[at] === "`" ? templateAt(text, at) : tokenAt(text, at));
  }
  return tokens;
}

function tokenAt(text: string, at: number): string {
  if (text[at] === "/" && BEFORE_REGEXP.test(text.slice(Math.max(0, at - 50), at))) {
    REGEXP.lastIndex = at;
    const found = REGEXP.exec(text);
    if (found !== null) return found[0];
  }
  TOKEN.lastIndex = at;
  return TOKEN.exec(text)![0];
}

/** A template with all that is in its places. */
function templateAt(text: string, begin: number): string {
  let at = begin + 1;
  while (at < text.length && text[at] !== "`") {
    if (text.startsWith("${", at)) at = placeEnd(text, at + 2);
    else at += text[at] === "\\" ? 2 : 1;
  }
  return text.slice(begin, at + 1);
}

function placeEnd(text: string, begin: number): number {
  let depth = 1;
  let at = begin;
  while (at < text.length && depth > 0) {
    const token = text[at] === "`" ? templateAt(text, at) : tokenAt(text, at);
    if (token === "{") depth++;
    if (token === "}") depth--;
    at += token.length;
  }
  return at;
}

/** A script without comments and needless blanks, and with short private names. */
export function slimScript(text: string): string {
  /** Those of one class: each begins again, so that the same short names come again and again. No class is within another. */
  const names = new Map<string, string>();
  const kept = tokensOf(text).filter((token) => !token.startsWith("//") && !token.startsWith("/*"));
  const slim: string[] = [];
  let [last, blank] = ["", false];
  for (const [index, token] of kept.entries()) {
    if (token === "class" && kept[index + 1] === " ") names.clear();
    if (token.trim() === "") {
      blank = true;
      continue;
    }
    if (blank && isNeeded(last, token)) slim.push(" ");
    // A name may be used in the places of a template as well.
    slim.push(token.replace(/^#\w+|(?<=^`[^]*\bthis\.)#\w+/g, (name) => shortName(name, names)));
    [last, blank] = [token.at(-1)!, false];
  }
  return slim.join("");
}

/** Whether what stands beside each other would become something else without a blank. */
function isNeeded(before: string, [after = ""]: string): boolean {
  return /[\w$]/.test(before) && /[\w$#]/.test(after) || (before === after && /[-+]/.test(after));
}

function shortName(name: string, names: Map<string, string>): string {
  const short = names.get(name) ?? `#$${names.size.toString(36)}`;
  names.set(name, short);
  return short;
}

/** A script or a style sheet without comments that have lines of their own. */
export function withoutComments(text: string): string {
  return text.replace(/^[ \t]*(?:\/\/.*|\/\*(?:(?!\*\/)[^])*\*\/[ \t]*)\n/gm, "");
}

/** A style sheet without needless blanks, too. */
export function slimSheet(text: string): string {
  return withoutComments(text).replace(/"[^"]*"|\s*([{};])\s*|([,:])\s+/g, (all, end, sign) => end ?? sign ?? all);
}

/** A page without indentation, but for what is shown with it. */
export function slimPage(text: string): string {
  return text.replace(/<pre[^]*?<\/pre>|\n\s+/g, (all) => all.startsWith("<") ? all : "\n");
}
