/**
 * What is said to whoever started the program, at once, before or instead of serving. The log is for what happens then.
 *
 * @module
 */

/** Says on standard error why something cannot be done. */
export function tellOperator(sentence: string): void {
  write(Deno.stderr, sentence);
}

/** Says on standard output what was asked for. */
export function answerOperator(text: string): void {
  write(Deno.stdout, text);
}

/** Nobody may be there to read it, which changes nothing: `console` would throw. */
function write(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  try {
    let rest = new TextEncoder().encode(`${text.trimEnd()}\n`);
    while (rest.length > 0) rest = rest.subarray(to.writeSync(rest));
  } catch {
    // A full disk, or a pipe whose reader has gone.
  }
}
