/** That reading a text takes time in proportion to its length. @module */

/** Characters: few enough that also the long text is often read in one slice of a busy processor's time. */
const SHORT = 1000;
const FACTOR = 16;

/** How many milliseconds a text of so many characters takes. */
function timeOf(
  [first, second]: readonly [string, string],
  characters: number,
  read: (text: string) => unknown,
): number {
  // So many that pairs and triples of marks come out even at every length.
  const times = Math.ceil(characters / (first.length + second.length) / 12) * 12;
  const text = first.repeat(times) + second.repeat(times);
  const from = performance.now();
  read(text);
  return performance.now() - from;
}

/**
 * Sixteen times the text must take about sixteen times the time; with a quadratic step it takes 256 times. A busy machine
 * adds to most readings, but not to all of many: so the least of each are compared.
 *
 * @param pieces the text: the first repeated, then the second
 */
export function assertLinear(pieces: readonly [string, string], read: (text: string) => unknown): void {
  let [short, long] = [Infinity, Infinity];
  for (let attempt = 0; attempt < 60; attempt++) {
    for (let round = 0; round < 4; round++) short = Math.min(short, timeOf(pieces, SHORT, read));
    long = Math.min(long, timeOf(pieces, SHORT * FACTOR, read));
    if (long < 0.1 + short * FACTOR * 4) return;
  }
  throw new Error(`${JSON.stringify(pieces)}, repeated, takes much more time than its length`);
}
