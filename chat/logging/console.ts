/**
 * Writes to the person who started the program, before or instead of serving. Later events go to the log.
 *
 * @module
 */

/** Writes to standard error why something cannot be done. */
export function tellOperator(sentence: string): void {
  write(Deno.stderr, sentence);
}

/** Writes to standard output what was asked for. */
export function answerOperator(text: string): void {
  write(Deno.stdout, text);
}

/** Succeeds even if nobody can read it, when `console` would throw. */
function write(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  try {
    let rest = new TextEncoder().encode(`${text.trimEnd()}\n`);
    while (rest.length > 0) rest = rest.subarray(to.writeSync(rest));
  } catch {
    // A full disk, or a pipe whose reader has gone.
  }
}
