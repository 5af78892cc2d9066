/** Property-based testing: makes inputs, and makes one that fails small. See `packages.ts` for why it is named here. @module */

export * as fc from "npm:fast-check@4.10.2";
