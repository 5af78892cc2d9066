/**
 * The packages that only tests need. They are not among the imports of `deno.json`, because everything it names is downloaded when
 * the server starts. `tests/deno.lock` pins them.
 *
 * @module
 */

/** The terminal client, for `deno run`. */
export const WSCAT = "npm:wscat@6.1.0";

/** The flag by which a program of the tests uses their lock file, and leaves the one of the server as it is. */
export const LOCK: string = `--lock=${new URL("../deno.lock", import.meta.url).pathname}`;
