/** How it looks. A site's policy may forbid styles in its page, but not a style sheet that a script makes. @module */

/** The server puts `embed.css` here, with what that imports. */
const LOOK = "";

export const look = new CSSStyleSheet();
look.replaceSync(LOOK);
