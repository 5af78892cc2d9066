/** The functions of `@std/http` that the service uses, with their types, which the npm copy does not carry. @module */
// @ts-types="./etag.d.ts"
export { eTag, ifNoneMatch } from "@std/http/etag";
