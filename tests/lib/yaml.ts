/** Reads YAML; see `packages.ts` for why it is named here. @module */

// deno-lint-ignore no-import-prefix -- a name in deno.json would be one of the program's
import * as yaml from "npm:deno-std@1.4.0/yaml/mod.js";

/** What a text in YAML says. */
export const parseYaml: (text: string) => unknown = yaml.parse;
