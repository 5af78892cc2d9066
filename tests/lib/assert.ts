/** `@std/assert` with its types, which the npm copy does not carry. @module */
// @ts-types="./assert.d.ts"
export * from "@std/assert";
