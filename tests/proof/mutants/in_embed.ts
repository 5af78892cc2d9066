/** Bugs in the room for other sites' pages. @module */

import { inTest, type Mutant } from "./mutant.ts";

const TEST = "tests/browser/embed_test.ts";
const VISIT = "static/embed/visit.js";

export const IN_EMBED: readonly Mutant[] = [
  inTest(TEST, "strict policy", "every chat that a site shows is told the same key", [
    "static/embed/place.js",
    "new Storage(area, `switchboard ${ROOT.host}${ROOT.pathname} `)",
    "new Storage(area)",
  ]),
  inTest(TEST, "strict policy", "the room paints the site's whole page", [
    "static/embed/room_element.js",
    `root.adoptedStyleSheets = [look, hues];`,
    `root.adoptedStyleSheets = document.adoptedStyleSheets = [look, hues];`,
  ]),
  inTest(TEST, "ends its socket", "a room that is taken out of the page goes on", [
    "static/embed/room_element.js",
    `        visit.end();\n      },`,
    `      },`,
  ]),
  inTest(TEST, "line is down", "a room does not say that messages are missing", [
    "static/embed/rows.js",
    `if (gap !== undefined) row`,
    `if (gap === null) row`,
  ]),
  inTest(TEST, "does not name", "a site that is not admitted is shown a chat that cannot be reached", [
    VISIT,
    `    this.#tell("notAdmitted");\n`,
    ``,
  ]),
  inTest(TEST, "renewed before", "a token that is soon over is not renewed", [
    VISIT,
    `        expiring: () => this.#tokens?.renew(),`,
    `        expiring: () => {},`,
  ]),
  inTest("tests/http/router_test.ts", "embed the chat", "the page for developers may be in frames", [
    "chat/http/assets.ts",
    "isChat && embed.length > 0",
    "embed.length > 0",
  ]),
];
