/** The accessibility checker, as text for a page to run; see `packages.ts` for why it is named here. @module */

// deno-lint-ignore no-import-prefix -- a name in deno.json would be downloaded when the server starts
import axe from "npm:/axe-core@4.14.1/axe.min.js" with { type: "text" };

export { axe };
