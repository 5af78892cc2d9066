/**
 * Every bound of the browser client. A name ends in its unit: `_MS`, `_PX`, `_BYTES`; without one it is a count. What
 * the server holds a client to comes in `welcome`; the figures of that kind here are only used until then.
 *
 * @module
 */

/** Longest text of a message, in Unicode code points. */
export const TEXT_CHARACTERS = 4000;
/** Characters left at which the composer begins to count them. */
export const TEXT_CHARACTERS_LEFT_SHOWN = 300;
/** Longest name of a room, in characters. */
export const ROOM_CHARACTERS = 64;
/** Longest name of a person that the name field takes, in UTF-16 units: no shorter than any that the server takes. */
export const NAME_CHARACTERS = 256;

/** Largest frame to send. */
export const FRAME_BYTES = 65536;
/** Commands in one frame. */
export const FRAME_LINES = 32;
/** Commands sent at once after being quiet. */
export const COMMAND_BURST = 30;
/** Commands sent for as long as one likes. */
export const COMMANDS_PER_S = 10;
/** How much of the server's rates is used: what the network delays arrives in a bunch, and that must fit as well. */
export const RATE_SHARE = 0.8;
/** Commands waiting to be sent or answered. */
export const COMMANDS_WAITING = 200;

/** How often the link looks at its clocks. */
export const TICK_MS = 1000;
/** How long a connection may take to open, and then to be welcomed. */
export const OPEN_MS = 10_000;
/** Quiet time after which the server is pinged. */
export const PING_MS = 20_000;
/** How long a ping may stay unanswered. */
export const PONG_MS = 10_000;
/** How long any other command may stay unanswered before it counts as `unavailable`. */
export const REPLY_MS = 15_000;
/** First bound of the random time before reconnecting; it doubles with each failure. */
export const BACKOFF_MS = 500;
/** Last bound of that time. */
export const BACKOFF_MOST_MS = 30_000;
/** How long a connection must have lasted for the back-off to start anew. */
export const STABLE_MS = 60_000;
/** Least time between two attempts to connect that the browser or the reader set off. */
export const WAKE_MS = 1000;
/** How long to stay away after being closed for bad behaviour. */
export const PENALTY_MS = 30_000;
/** How long the link may be down before the reader is told. */
export const BANNER_MS = 3000;

/** Messages in the document at most, and how many more before the oldest are taken out in one go. */
export const WINDOW_MESSAGES = 400;
/** See {@linkcode WINDOW_MESSAGES}. */
export const WINDOW_SLACK_MESSAGES = 100;
/** Newest messages kept of each room, shown or not. */
export const RECENT_MESSAGES = 100;
/** Messages asked for at once. */
export const PAGE_MESSAGES = 100;
/** Rooms followed at once. */
export const ROOMS = 32;
/** People listed by name. */
export const PEOPLE = 500;
/** Where reading stopped is remembered for this many rooms; drafts are, too. */
export const ROOMS_REMEMBERED = 64;

/** Messages waiting to be sent, of one tab. */
export const OUTBOX_ENTRIES = 200;
/** How often a tab says that its outbox is still looked after. */
export const OUTBOX_RENEW_MS = 10_000;
/** How long after the last such word another tab takes the outbox over. */
export const OUTBOX_LEASE_MS = 30_000;
/** What to wait before publishing again where the server does not say. */
export const RETRY_MS = 1000;

/** Least time between two updates of the log while messages keep coming. */
export const FLUSH_MS = 50;
/** The same in a tab that nobody sees. */
export const FLUSH_HIDDEN_MS = 500;
/** How near to an end of the log more is fetched, and how near counts as being at the bottom. */
export const FETCH_PX = 600;
/** See {@linkcode FETCH_PX}. */
export const BOTTOM_PX = 32;
/** How long after a wheel, touch or key event a scroll is taken to be the reader's. */
export const SCROLL_INPUT_MS = 400;
/** Messages of one author closer than this are shown as one group. */
export const GROUP_MS = 5 * 60_000;
/** Least time between two announcements to a screen reader. */
export const ANNOUNCE_MS = 5000;
/** Quotes within quotes in a text, and marks that wait for their partners at once. */
export const TEXT_DEPTH = 6;

/** Least time between two `typing` commands. */
export const TYPING_SEND_MS = 3000;
/** How long somebody is shown as typing. */
export const TYPING_SHOWN_MS = 6000;
/** How long after the last key a draft is stored. */
export const DRAFT_MS = 300;

/** Lines that the console of the page for developers keeps. */
export const CONSOLE_LINES = 200;
/** Characters shown of one of them. */
export const CONSOLE_CHARACTERS = 4000;
/** Least time between two lines that it reads out to a screen reader. */
export const CONSOLE_HEARD_MS = 2000;
/** How long a notice stays. */
export const NOTICE_MS = 6000;
/** What must be covered at the bottom of the page for an on-screen keyboard to be the reason. */
export const KEYBOARD_PX = 100;
