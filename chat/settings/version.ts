/** The service's version, as `deno.json` has it. @module */
import manifest from "../../deno.json" with { type: "json" };

/** Told to clients in `welcome` and to operators at start. */
export const VERSION: string = manifest.version;
