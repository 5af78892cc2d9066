/** The service's version, as `deno.json` has it. @module */
import manifest from "../../deno.json" with { type: "json" };

/** In `welcome` for clients, and in the log at start for operators. */
export const VERSION: string = manifest.version;
