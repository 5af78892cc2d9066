/** The functions of `@std/http` that the service uses, with their types, which the npm copy does not carry. @module */
// @ts-types="./std.d.ts"
export { eTag, ifNoneMatch } from "@std/http/etag";
// @ts-types="./std.d.ts"
export { acceptsEncodings } from "@std/http/negotiation";
