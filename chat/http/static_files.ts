/**
 * The browser client's files, as text. Named one by one, because that is how the runtime, `deno bundle` and Deno Deploy know
 * what to carry along.
 *
 * @module
 */

import appJs from "../../static/app.js" with { type: "text" };
import clientClientJs from "../../static/client/client.js" with { type: "text" };
import clientLimitsJs from "../../static/client/limits.js" with { type: "text" };
import clientLinesJs from "../../static/client/lines.js" with { type: "text" };
import clientLinkJs from "../../static/client/link.js" with { type: "text" };
import clientRoomJs from "../../static/client/room.js" with { type: "text" };
import clientRoomsJs from "../../static/client/rooms.js" with { type: "text" };
import clientStorageJs from "../../static/client/storage.js" with { type: "text" };
import clientTokenBucketJs from "../../static/client/token_bucket.js" with { type: "text" };
import clientUnsentJs from "../../static/client/unsent.js" with { type: "text" };
import clientWorldJs from "../../static/client/world.js" with { type: "text" };
import composerJs from "../../static/composer.js" with { type: "text" };
import dialogsJs from "../../static/dialogs.js" with { type: "text" };
import docsCss from "../../static/docs.css" with { type: "text" };
import docsHtml from "../../static/docs.html" with { type: "text" };
import docsJs from "../../static/docs.js" with { type: "text" };
import docsConsoleJs from "../../static/docs_console.js" with { type: "text" };
import iconSvg from "../../static/icon.svg" with { type: "text" };
import indexHtml from "../../static/index.html" with { type: "text" };
import limitsJs from "../../static/limits.js" with { type: "text" };
import logViewJs from "../../static/log_view.js" with { type: "text" };
import readingJs from "../../static/reading.js" with { type: "text" };
import styleCss from "../../static/style.css" with { type: "text" };
import textJs from "../../static/text.js" with { type: "text" };
import timelineJs from "../../static/timeline.js" with { type: "text" };
import visibleJs from "../../static/visible.js" with { type: "text" };

/** Every file of `static/` by its name; a test holds the two to each other. */
export const STATIC_FILES: Readonly<Record<string, string>> = {
  "app.js": appJs,
  "client/client.js": clientClientJs,
  "client/limits.js": clientLimitsJs,
  "client/lines.js": clientLinesJs,
  "client/link.js": clientLinkJs,
  "client/room.js": clientRoomJs,
  "client/rooms.js": clientRoomsJs,
  "client/storage.js": clientStorageJs,
  "client/token_bucket.js": clientTokenBucketJs,
  "client/unsent.js": clientUnsentJs,
  "client/world.js": clientWorldJs,
  "composer.js": composerJs,
  "dialogs.js": dialogsJs,
  "docs.css": docsCss,
  "docs.html": docsHtml,
  "docs.js": docsJs,
  "docs_console.js": docsConsoleJs,
  "icon.svg": iconSvg,
  "index.html": indexHtml,
  "limits.js": limitsJs,
  "log_view.js": logViewJs,
  "reading.js": readingJs,
  "style.css": styleCss,
  "text.js": textJs,
  "timeline.js": timelineJs,
  "visible.js": visibleJs,
};
