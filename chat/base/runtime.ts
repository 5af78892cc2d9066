/** What the Deno that runs the program is too old for. @module */

/**
 * Why something cannot be used here, in words for the operator; nothing if it can.
 *
 * @param minor the oldest Deno 2 that it works on
 */
export function tooOldFor(minor: number): string | undefined {
  const [major = 0, own = 0] = Deno.version.deno.split(".").map(Number);
  const isOld = major < 2 || major === 2 && own < minor;
  return isOld ? `it takes Deno 2.${minor} or newer: this is ${Deno.version.deno}` : undefined;
}
