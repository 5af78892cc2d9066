/** Reads QR codes; see `packages.ts` for why it is named here. @module */

// deno-lint-ignore no-import-prefix -- a name in deno.json would be downloaded when the server starts
import jsqr from "npm:jsqr@1.4.0";

/** The package is CommonJS: its function is its `default`. */
export const readCode: typeof jsqr.default = jsqr.default;
