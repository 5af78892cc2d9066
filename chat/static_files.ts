/**
 * The browser client's files, as text. Named one by one, because that is how the runtime, `deno bundle` and Deno Deploy know
 * what to carry along.
 *
 * @module
 */

import indexHtml from "../static/index.html" with { type: "text" };

/** Every file of `static/` by its name; a test holds the two to each other. */
export const STATIC_FILES: Readonly<Record<string, string>> = {
  "index.html": indexHtml,
};
