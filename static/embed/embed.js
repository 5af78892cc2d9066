/**
 * A room of this chat in a page of another site: `<switchboard-room room="support">`. It is one script, which needs no other: nothing of the site's
 * page is touched but the element, and nothing in it runs that somebody has written.
 *
 * @module
 */

import { RoomElement } from "./room_element.js";

if (customElements.get("switchboard-room") === undefined) customElements.define("switchboard-room", RoomElement);
