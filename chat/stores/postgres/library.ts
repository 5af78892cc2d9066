/**
 * The part of `postgres` that the store uses. It is imported by a name that Deno does not download before it is needed.
 *
 * @module
 */

import type * as Library from "./library.d.ts";

const library: typeof Library = await import("npm:" + "postgres@3.4.9");

export const { default: connect } = library;
