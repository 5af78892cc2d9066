/**
 * Every bound of the page. A name ends in its unit: `_MS`, `_PX`; without one it is a count. Those of the client that it
 * runs on are in `client/limits.js`.
 *
 * @module
 */

/** Longest text of a message, in Unicode code points. */
export const TEXT_CHARACTERS = 4000;
/** Characters left at which the composer begins to count them. */
export const TEXT_CHARACTERS_LEFT_SHOWN = 300;
export const ROOM_CHARACTERS = 64;
/** Longest name of a person that the name field takes, in UTF-16 units: no shorter than any that the server takes. */
export const NAME_CHARACTERS = 256;
/** Longest name of a person, in characters as one counts them, and in bytes of UTF-8. */
export const NAME_GRAPHEMES = 32;
export const NAME_BYTES = 256;
/** People whom one ignores. */
export const IGNORED = 200;
/** Least characters of a fingerprint that tell two people apart. */
export const PRINT_CHARACTERS = 4;
/** Ids that a message may mention, and the names that are looked for in it. */
export const MENTIONS = 16;
export const MENTIONED_NAMES = 32;
/** Names whose looks are remembered. */
export const LOOKS_KEPT = 2000;

/** How long the server may take to answer with the page before the one that is kept is shown. */
export const OPEN_PAGE_MS = 2500;
/** Newest messages of each room that this device keeps, and how often it does. */
export const KEPT_MESSAGES = 50;
export const KEEP_MS = 1000;
/** Within how long of being connected again the page looks for a newer version of itself. */
export const UPDATE_MS = 5000;
/** How long after it is connected the page fetches the parts that it did not need at first. */
export const AHEAD_MS = 1000;
/** Keys that are kept for a field that is on its way, and how long it may take to have the focus once its part of the page is there. */
export const TYPED_AHEAD_KEYS = 200;
export const FOCUS_MS = 100;
/** How long the connection has to be gone for the reader to be told what came meanwhile. */
export const ABSENCE_MS = 60_000;
/** First and longest time between two questions whether the server is back. */
export const PROBE_MS = 2000;
export const PROBE_MOST_MS = 8000;
/** Between two looks whether an answer came although the device is said to be offline. */
export const LOOK_AGAIN_MS = 250;
/** How long the link may be down before the reader is told. */
export const BANNER_MS = 3000;

/**
 * Messages in the document at most; at the newest message, where older ones are fetched as soon as one scrolls back; and how many more
 * before those are taken out in one go.
 */
export const WINDOW_MESSAGES = 400;
export const FOLLOWED_MESSAGES = 150;
export const WINDOW_SLACK_MESSAGES = 50;
export const ROOMS = 32;
/** Unread messages that call the reader and are counted, in each room. */
export const MENTIONS_COUNTED = 100;
/** Unread messages that a badge counts. */
export const BADGE_COUNT = 99;
/** The reader's place is remembered for this many rooms; drafts are, too. */
export const ROOMS_REMEMBERED = 64;

/** How long a message may be read elsewhere before somebody is told of it, and the least time between two sounds. */
export const NOTIFY_MS = 400;
export const SOUND_MS = 2000;
/** How long another tab may take to see that somebody was told. */
export const CLAIM_MS = 5000;
/** How much of a message is said of it elsewhere: beside its answer, above the field, in a notification. */
export const EXCERPT_CHARACTERS = 200;
/** Least time between two updates of the log while messages keep coming. */
export const FLUSH_MS = 50;
/** So many that come at once are more than anybody reads: they come in fewer updates, each of which costs the whole view. */
export const READABLE_ROWS = 12;
export const FLUSH_BUSY_MS = 125;
export const FLUSH_HIDDEN_MS = 500;
/** How near to an end of the log more is fetched, and how near counts as being at the bottom. */
export const FETCH_PX = 600;
export const BOTTOM_PX = 32;
/** How much of the newest message is shown where one can go to it. */
export const CALLED_CHARACTERS = 80;
/** How long after a wheel, touch or key event a scroll is taken to be the reader's. */
export const SCROLL_INPUT_MS = 400;
/** Messages of one author closer than this are shown as one group. */
export const GROUP_MS = 5 * 60_000;
export const ANNOUNCE_MS = 5000;
/** Quotes within quotes in a text, and marks that wait for their partners at once. */
export const TEXT_DEPTH = 6;
/** Between two items, with the blank lines that are there: so little is looked at for each item. */
export const BLANK_CHARACTERS = 20;
/** A block of code with more lines is folded: `css/code.css` says how tall it is then. */
export const CODE_LINES = 20;

export const TYPING_SEND_MS = 3000;
export const DRAFT_MS = 300;
/** What the quick way to rooms, people and commands offers at once. */
export const CHOICES_SHOWN = 50;
/** People or emoji offered at once while one writes, and characters behind an "@" that may be a name. */
export const COMPLETIONS_SHOWN = 8;
export const COMPLETED_CHARACTERS = 40;
/** Rooms that nobody else fills by writing to somebody. */
export const OWN_ROOMS = 8;
/** Rooms in which one has a place: those that the page knows of, and offers beside its list. */
export const MINE_KNOWN = 200;
export const MINE_OFFERED = 8;
/** How long one types on before the server is asked for rooms, and how many of its answers are kept. */
export const ASK_MS = 150;
export const ANSWERS_KEPT = 20;
/** How long a button says that it has done what it does. */
export const CONFIRMED_MS = 2000;
/** Longest address, in bytes, that is shown as a code to be scanned. */
export const CODE_BYTES = 412;

/** Lines that the console of the page for developers keeps. */
export const CONSOLE_LINES = 200;
export const CONSOLE_CHARACTERS = 4000;
/** Least time between two lines that it reads out to a screen reader. */
export const CONSOLE_HEARD_MS = 2000;
export const NOTICE_MS = 6000;
/** How long a deletion can be taken back. */
export const UNDO_MS = 5000;
/** How long, and how still, a finger rests on a message to open its menu. */
export const LONG_PRESS_MS = 500;
export const LONG_PRESS_PX = 10;
/** How long after a finger is lifted the press comes that it makes. */
export const LIFT_MS = 50;
/** What the table of emoji shows at once. */
export const EMOJI_SHOWN = 400;
/** How much must be covered at the bottom of the page for an on-screen keyboard to be the reason. */
export const KEYBOARD_PX = 100;

/** For how long a link with one's key is shown. */
export const KEY_SHOWN_MS = 60_000;
/** How long a site may take to say who somebody is, and when it is asked again. */
export const SIGN_IN_MS = 10_000;
export const SIGN_IN_AGAIN_MS = 20_000;

/** Longest reason of a report. */
export const REASON_CHARACTERS = 200;

/** Longest title and topic of a room. */
export const TITLE_CHARACTERS = 80;
export const TOPIC_CHARACTERS = 250;
/** For how long somebody may be muted, besides for ever. */
export const MUTES_MS = { hour: 3_600_000, day: 86_400_000 };
/** The longest time that a timer of a browser can have. */
export const TIMER_MOST_MS = 2 ** 31 - 1;

/** How long the button by which one becomes another person cannot be pressed. */
export const TAKE_ARMED_MS = 1000;
