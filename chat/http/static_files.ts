/**
 * Every file of `static/` by its name, as text; a test holds the two to each other. They are named one by one, because that is
 * how the runtime, `deno bundle` and Deno Deploy know what to carry along.
 *
 * @module
 */

export { default as "app.js" } from "../../static/app.js" with { type: "text" };
export { default as "client/client.js" } from "../../static/client/client.js" with { type: "text" };
export { default as "client/limits.js" } from "../../static/client/limits.js" with { type: "text" };
export { default as "client/lines.js" } from "../../static/client/lines.js" with { type: "text" };
export { default as "client/link.js" } from "../../static/client/link.js" with { type: "text" };
export { default as "client/room.js" } from "../../static/client/room.js" with { type: "text" };
export { default as "client/rooms.js" } from "../../static/client/rooms.js" with { type: "text" };
export { default as "client/storage.js" } from "../../static/client/storage.js" with { type: "text" };
export { default as "client/token_bucket.js" } from "../../static/client/token_bucket.js" with { type: "text" };
export { default as "client/unsent.js" } from "../../static/client/unsent.js" with { type: "text" };
export { default as "client/world.js" } from "../../static/client/world.js" with { type: "text" };
export { default as "composer.js" } from "../../static/composer.js" with { type: "text" };
export { default as "dialogs.js" } from "../../static/dialogs.js" with { type: "text" };
export { default as "docs.css" } from "../../static/docs.css" with { type: "text" };
export { default as "docs.html" } from "../../static/docs.html" with { type: "text" };
export { default as "docs.js" } from "../../static/docs.js" with { type: "text" };
export { default as "docs_console.js" } from "../../static/docs_console.js" with { type: "text" };
export { default as "icon.svg" } from "../../static/icon.svg" with { type: "text" };
export { default as "index.html" } from "../../static/index.html" with { type: "text" };
export { default as "limits.js" } from "../../static/limits.js" with { type: "text" };
export { default as "log_view.js" } from "../../static/log_view.js" with { type: "text" };
export { default as "reading.js" } from "../../static/reading.js" with { type: "text" };
export { default as "style.css" } from "../../static/style.css" with { type: "text" };
export { default as "text.js" } from "../../static/text.js" with { type: "text" };
export { default as "timeline.js" } from "../../static/timeline.js" with { type: "text" };
export { default as "visible.js" } from "../../static/visible.js" with { type: "text" };
