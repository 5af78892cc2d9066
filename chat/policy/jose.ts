/** `jose`, imported by a name that Deno does not download before it is needed: only servers that take tokens do. @module */

import type * as Library from "./jose.d.ts";

const library: typeof Library = await import("npm:" + "jose@6.2.3");

export const { createLocalJWKSet, createRemoteJWKSet, customFetch, decodeProtectedHeader, errors, jwtVerify } = library;
