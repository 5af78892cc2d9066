/**
 * The tokens of a script. It is not parsed, only cut, as far as our own formatted files need it: a statement ends with a semicolon, and what
 * begins a regular expression follows a mark or `return`. A test compares all tokens with those that a parser sees.
 *
 * @module
 */

/** One token, but for templates. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[^]*?\*\/|#?[\w$]+|[^\S\n]+|\n|./uy;
const REGEXP = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** What may come before a regular expression. */
const BEFORE_REGEXP = /(?:[(,=:[!&|?{};+>]|^|\breturn)\s*$/;
/** A template up to its end or to a place for a value, from its beginning or from the end of such a place. */
const TEMPLATE_PART = /[`}](?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{)/y;

/** The tokens of a script. A template is cut at its places, and what stands in these is tokens as well. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  /** How many braces are open in each of the places that it is in; first, the script itself, which has no end. */
  const open = [Infinity];
  for (let at = 0; at < text.length; at += tokens.at(-1)!.length) {
    const goesOn = text[at] === "}" && open.at(-1) === 0;
    const token = goesOn || text[at] === "`" ? matchAt(TEMPLATE_PART, text, at)! : tokenAt(text, at);
    if (goesOn) open.pop();
    else if (token === "}") open.push(open.pop()! - 1);
    if (token.length > 1 && opens(token)) open.push(0);
    else if (token === "{") open.push(open.pop()! + 1);
    tokens.push(token);
  }
  return tokens;
}

function tokenAt(text: string, at: number): string {
  const isRegExp = text[at] === "/" && BEFORE_REGEXP.test(text.slice(Math.max(0, at - 50), at));
  return (isRegExp ? matchAt(REGEXP, text, at) : undefined) ?? matchAt(TOKEN, text, at)!;
}

function matchAt(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}

/** Whether a token is a bracket that opens, or a part of a template before a place. */
export function opens(token: string): boolean {
  if (token.length === 1) return "([{".includes(token);
  return (token[0] === "`" || token[0] === "}") && token.endsWith("${");
}

/** Whether a token is a bracket that closes, or a part of a template after a place. */
export function closes(token: string): boolean {
  return ")]}".includes(token[0]!);
}
