/**
 * The browser client's files, as text. Named one by one, because that is how the runtime, `deno bundle` and Deno Deploy know
 * what to carry along.
 *
 * @module
 */

import appJs from "../../static/app.js" with { type: "text" };
import dialogsJs from "../../static/dialogs.js" with { type: "text" };
import docsConsoleJs from "../../static/docs_console.js" with { type: "text" };
import docsCss from "../../static/docs.css" with { type: "text" };
import docsHtml from "../../static/docs.html" with { type: "text" };
import docsJs from "../../static/docs.js" with { type: "text" };
import iconSvg from "../../static/icon.svg" with { type: "text" };
import indexHtml from "../../static/index.html" with { type: "text" };
import limitsJs from "../../static/limits.js" with { type: "text" };
import linkJs from "../../static/link.js" with { type: "text" };
import logViewJs from "../../static/log_view.js" with { type: "text" };
import roomsJs from "../../static/rooms.js" with { type: "text" };
import styleCss from "../../static/style.css" with { type: "text" };
import textJs from "../../static/text.js" with { type: "text" };
import writingJs from "../../static/writing.js" with { type: "text" };

/** Every file of `static/` by its name; a test holds the two to each other. */
export const STATIC_FILES: Readonly<Record<string, string>> = {
  "app.js": appJs,
  "dialogs.js": dialogsJs,
  "docs.css": docsCss,
  "docs.html": docsHtml,
  "docs.js": docsJs,
  "docs_console.js": docsConsoleJs,
  "icon.svg": iconSvg,
  "index.html": indexHtml,
  "limits.js": limitsJs,
  "link.js": linkJs,
  "log_view.js": logViewJs,
  "rooms.js": roomsJs,
  "style.css": styleCss,
  "text.js": textJs,
  "writing.js": writingJs,
};
