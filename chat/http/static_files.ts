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
export { default as "css/base.css" } from "../../static/css/base.css" with { type: "text" };
export { default as "css/composer.css" } from "../../static/css/composer.css" with { type: "text" };
export { default as "css/dialogs.css" } from "../../static/css/dialogs.css" with { type: "text" };
export { default as "css/header.css" } from "../../static/css/header.css" with { type: "text" };
export { default as "css/log.css" } from "../../static/css/log.css" with { type: "text" };
export { default as "css/marks.css" } from "../../static/css/marks.css" with { type: "text" };
export { default as "css/narrow.css" } from "../../static/css/narrow.css" with { type: "text" };
export { default as "css/notices.css" } from "../../static/css/notices.css" with { type: "text" };
export { default as "css/panels.css" } from "../../static/css/panels.css" with { type: "text" };
export { default as "css/people.css" } from "../../static/css/people.css" with { type: "text" };
export { default as "css/preferences.css" } from "../../static/css/preferences.css" with { type: "text" };
export { default as "css/room_list.css" } from "../../static/css/room_list.css" with { type: "text" };
export { default as "css/rows.css" } from "../../static/css/rows.css" with { type: "text" };
export { default as "css/shared.css" } from "../../static/css/shared.css" with { type: "text" };
export { default as "css/text.css" } from "../../static/css/text.css" with { type: "text" };
export { default as "docs.css" } from "../../static/docs.css" with { type: "text" };
export { default as "docs.html" } from "../../static/docs.html" with { type: "text" };
export { default as "docs.js" } from "../../static/docs.js" with { type: "text" };
export { default as "docs_console.js" } from "../../static/docs_console.js" with { type: "text" };
export { default as "dom.js" } from "../../static/dom.js" with { type: "text" };
export { default as "icon.svg" } from "../../static/icon.svg" with { type: "text" };
export { default as "identity.js" } from "../../static/identity.js" with { type: "text" };
export { default as "index.html" } from "../../static/index.html" with { type: "text" };
export { default as "limits.js" } from "../../static/limits.js" with { type: "text" };
export { default as "page_state.js" } from "../../static/page_state.js" with { type: "text" };
export { default as "reading.js" } from "../../static/reading.js" with { type: "text" };
export { default as "room_names.js" } from "../../static/room_names.js" with { type: "text" };
export { default as "sha256.js" } from "../../static/sha256.js" with { type: "text" };
export { default as "style.css" } from "../../static/style.css" with { type: "text" };
export { default as "text/blocks.js" } from "../../static/text/blocks.js" with { type: "text" };
export { default as "text/links.js" } from "../../static/text/links.js" with { type: "text" };
export { default as "text/marks.js" } from "../../static/text/marks.js" with { type: "text" };
export { default as "text/paragraphs.js" } from "../../static/text/paragraphs.js" with { type: "text" };
export { default as "text/parts.js" } from "../../static/text/parts.js" with { type: "text" };
export { default as "text/render.js" } from "../../static/text/render.js" with { type: "text" };
export { default as "text/sides.js" } from "../../static/text/sides.js" with { type: "text" };
export { default as "timeline.js" } from "../../static/timeline.js" with { type: "text" };
export { default as "views/attention.js" } from "../../static/views/attention.js" with { type: "text" };
export { default as "views/composer.js" } from "../../static/views/composer.js" with { type: "text" };
export { default as "views/connection.js" } from "../../static/views/connection.js" with { type: "text" };
export { default as "views/dialogs.js" } from "../../static/views/dialogs.js" with { type: "text" };
export { default as "views/keys.js" } from "../../static/views/keys.js" with { type: "text" };
export { default as "views/later.js" } from "../../static/views/later.js" with { type: "text" };
export { default as "views/log_view.js" } from "../../static/views/log_view.js" with { type: "text" };
export { default as "views/me.js" } from "../../static/views/me.js" with { type: "text" };
export { default as "views/notices.js" } from "../../static/views/notices.js" with { type: "text" };
export { default as "views/panels.js" } from "../../static/views/panels.js" with { type: "text" };
export { default as "views/people.js" } from "../../static/views/people.js" with { type: "text" };
export { default as "views/rooms.js" } from "../../static/views/rooms.js" with { type: "text" };
export { default as "views/rows.js" } from "../../static/views/rows.js" with { type: "text" };
export { default as "visible.js" } from "../../static/visible.js" with { type: "text" };
