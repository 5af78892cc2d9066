/** Content negotiation of `@std/http`, with its type, which the npm copy does not carry. @module */
// @ts-types="./negotiation.d.ts"
export { acceptsEncodings } from "@std/http/negotiation";
