/** The files of `static/` as one value. In the one file another module stands in its place, which has them compressed (`chat/tools/bundle.ts`). @module */

import * as STATIC_FILES from "./static_files.ts";

export const STATIC_TEXTS: Readonly<Record<string, string>> = STATIC_FILES;
