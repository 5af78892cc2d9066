/**
 * The bounds of the wire, and of the rooms, connections and outboxes that serve it. A name ends in its unit: `_BYTES`, `_MS`, `_PER_S`; without one it is a count. A figure
 * that `chat/protocol.md` has is changed in both (`tests/wire/protocol_test.ts` compares them). All other bounds are in the `bounds.ts` beside what they
 * bound.
 *
 * @module
 */

/** Longest text of one message, in Unicode code points. Four bytes each at most, so 16,000 bytes of UTF-8. */
export const TEXT_CHARACTERS = 4_000;
/** Longest id, in grapheme clusters. */
export const ID_GRAPHEMES = 64;
/** A grapheme can be arbitrarily long: this bounds an id's size as well, in UTF-8. */
export const ID_BYTES = 256;
/** Longest name, in grapheme clusters: what a person would count as characters. */
export const NAME_GRAPHEMES = 32;
/** A grapheme can be arbitrarily long ("Zalgo" text); this bounds a name's size as well. */
export const NAME_BYTES = 256;
/** Longest `ref` of a command, in code points. */
export const REF_CHARACTERS = 32;
/** Longest nonce, in code points. A UUID has 36. */
export const NONCE_CHARACTERS = 64;
/** Ids that a message may mention. */
export const MENTIONS = 16;
/** How long an author may edit a message. */
export const EDIT_MS = 24 * 60 * 60 * 1000;
/** The longest wait from one message to the next that a room may ask for. */
export const SLOW_MS = 6 * 60 * 60 * 1000;
/** The longest that a room may have newcomers wait before they write. */
export const NEWCOMER_DELAY_MS = 7 * 24 * 60 * 60 * 1000;
/** The most days, and messages, that a room may say it keeps. Where it says nothing, the operator does. */
export const ROOM_KEEP_DAYS = 3_650;
export const ROOM_KEEP_MESSAGES = 1_000_000;
/** Newcomers of all rooms whose coming a process remembers; above it the longest unseen come anew. Some 10 MB. */
export const ARRIVALS = 50_000;
/** Longest emoji, in UTF-8. A family with skin tones has 35. */
export const EMOJI_BYTES = 40;
/** Different emoji at one message. */
export const EMOJI_PER_MESSAGE = 20;
/** Those who are more or less than guests in one room: its owners, moderators and members, and who is banned or muted. */
export const ROOM_PLACES = 5_000;
/** Those of them whom a client is told of as it joins. */
export const ROOM_PLACES_TOLD = 500;
/** How often an event is decided again because the room itself has changed meanwhile. */
export const DECIDE_TRIES = 10;
/** Longest title and topic of a room, in code points. */
export const TITLE_CHARACTERS = 80;
/** See {@linkcode TITLE_CHARACTERS}. */
export const TOPIC_CHARACTERS = 250;
/** Uses of an invitation, unless it says how many, and the most. */
export const INVITE_USES = 25;
/** See {@linkcode INVITE_USES}. */
export const INVITE_USES_MOST = 1_000;
/** How long an invitation lasts, unless it says until when, and the longest. */
export const INVITE_MS = 7 * 24 * 60 * 60 * 1000;
/** See {@linkcode INVITE_MS}. */
export const INVITE_MS_MOST = 365 * 24 * 60 * 60 * 1000;
/** Longest secret of an invitation, and longest name of one, in code points. */
export const SECRET_CHARACTERS = 64;
/** Invitations that an id may make at once, and in an hour. */
export const INVITES_PER_HOUR = 20;
/** Rooms of two people that an id may begin at once, and in an hour. */
export const DIRECT_PER_HOUR = 20;
/** The same for an address: new ids are free. */
export const ADDRESS_DIRECT_PER_HOUR = 200;
/** Others whom an id may make members of rooms at once, and in an hour: more come by an invitation, which is their own wish. */
export const MEMBERS_PER_HOUR = 100;
/** The same for an address. */
export const ADDRESS_MEMBERS_PER_HOUR = 500;
/** How often somebody is told at once, and in a minute, of places that others have given it. */
export const PLACES_TOLD_PER_MIN = 20;
/** Longest reason for a deletion, a change of a place or a report, in code points. */
export const REASON_CHARACTERS = 200;
/** Features that a client may say it has, and the longest name of one, in code points. */
export const FEATURES = 16;
/** See {@linkcode FEATURES}. */
export const FEATURE_CHARACTERS = 32;
/** Longest key a client may prove its id with, in code points. */
export const KEY_CHARACTERS = 256;
/** Longest token, in code points. */
export const TOKEN_CHARACTERS = 8_192;
/** Rooms, or beginnings of their names, that a token may name. */
export const TOKEN_ROOMS = 64;
/** Rooms, or beginnings of their names, that a bot may be for. */
export const BOT_ROOMS = 16;
/** Longest name of a bot. */
export const BOT_NAME_CHARACTERS = 30;
/** Longest body of a hook: services send much that is not shown. */
export const HOOK_BYTES = 256 * 1024;
/** The longest life of a token from when it is shown. */
export const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;
/** By how much the clocks of the site that makes tokens and of this server may differ. */
export const TOKEN_SKEW_MS = 5_000;
/** How long before its token expires a client is asked for a newer one. */
export const TOKEN_EXPIRING_MS = 60_000;
/** How long after that it is served still. */
export const TOKEN_GRACE_MS = 30_000;

/** Largest frame a client may send. The runtime accepts 64 MiB, so it is the first thing checked. */
export const FRAME_IN_BYTES = 64 * 1024;
/** Commands a client may put into one frame. */
export const FRAME_IN_LINES = 32;
/**
 * Where the server starts a new frame, in characters. A single line may exceed it; no frame exceeds it by more than one line. The
 * runtime keeps for each socket, as long as it is open, a buffer as large as the largest frame that it was sent.
 */
export const FRAME_OUT_CHARACTERS = 16 * 1024;
/** Characters of messages in one reply, for the same reason: a page of long ones has fewer. */
export const REPLY_CHARACTERS = 32 * 1024;
/** Characters counted for the rest of a line around a message's text: many empty messages cost something, too. */
export const ENVELOPE_CHARACTERS = 128;
/** Characters counted for the reactions to a message with one emoji. */
export const REACTION_CHARACTERS = 64;
/** Deepest nesting of a command's JSON; the object itself is depth 1. */
export const JSON_DEPTH = 4;
/** Keys in any one object of a command. */
export const JSON_KEYS = 16;

/** Commands a connection may send at once after being quiet. */
export const COMMAND_BURST = 30;
/** Commands a connection may send steadily. */
export const COMMANDS_PER_S = 10;
/** Bytes a connection may send at once after being quiet: one frame of the largest size and some. */
export const INBOUND_BURST_BYTES = 2 * FRAME_IN_BYTES;
/** Bytes a connection may send steadily. */
export const INBOUND_BYTES_PER_S = 64 * 1024;
/**
 * The price of reading, in tokens of a bucket of its own, by the time that it takes. A join without a position takes about as
 * long as a page of history, and one with the most and the longest quotes 2.5 times as long; a resume may bring ten pages.
 */
export const READ_PRICES = { join: 1, history: 1, reactors: 1, rooms: 2, resume: 2 };
/** Such tokens after being quiet: a client comes back to all of its rooms at once, and reads history in some. */
export const READ_BURST = 80;
/** Such tokens, steadily. */
export const READS_PER_S = 4;
/** How often a connection may steadily take a new name: each goes to everybody in its rooms. */
export const RENAME_MS = 10_000;
/** New names at once after being quiet. */
export const RENAME_BURST = 3;
/** How long a refusal may take to reach the client: a command over the rate after that is a strike. */
export const REFUSAL_HEARD_MS = 2_000;
/** Commands over the rate that may come within that time without a strike; a flood has more, and is closed at once. */
export const UNHEARD_REFUSALS = 256;
/** Texts of one plain client that wait because they came faster than its rate allows; one more closes it with 1008. */
export const SLOWED_LINES = 500;
/** Bytes of such texts of one client: as many as a connection may send at once. */
export const SLOWED_BYTES = 128 * 1024;
/** Bytes of such texts of all clients together, and the bytes counted for everything around one. */
export const SLOWED_TOTAL_BYTES = 64 * 1024 * 1024;
/** See {@linkcode SLOWED_TOTAL_BYTES}. */
export const SLOWED_OVERHEAD_BYTES = 256;
/** Refusals (bad commands, commands over the rate from a client that was told to wait) before a connection is closed with 1008. */
export const STRIKES = 10;
/** Strikes forgiven: a client that errs once in a while is never closed for it. */
export const STRIKES_FORGIVEN_PER_S = 0.1;
/** Commands of one connection that wait for an earlier one, a join perhaps; one more closes it with 1008. */
export const COMMANDS_IN_FLIGHT = 256;

/** Commands that an id may send at once over all its connections, if it is proven; steadily as many as one connection. */
export const ID_COMMAND_BURST = 120;
/** Events that may be sent in one room at once, by everybody together. */
export const ROOM_EVENT_BURST = 400;
/** The same, steadily. */
export const ROOM_EVENTS_PER_S = 200;
/** Connections that an address may have, unless the operator sets it. */
export const ADDRESS_CONNECTIONS = 500;
/** Connections that it may open steadily, unless the operator sets it. */
export const ADDRESS_CONNECTS_PER_S = 50;
/** Those that it may open at once: as many as in so many seconds. */
export const ADDRESS_CONNECT_BURST_S = 4;
/** Rooms in which nobody ever wrote that it may open, unless the operator sets it. */
export const ADDRESS_ROOMS_PER_MIN = 60;
/** When an address that has too many connections may try again. */
export const ADDRESS_FULL_RETRY_MS = 5_000;

/** Rooms one connection may be in. */
export const ROOMS_PER_CONNECTION = 32;
/** Connections in one room of one process. */
export const CONNECTIONS_PER_ROOM = 10_000;
/** Connections of one process. */
export const CONNECTIONS = 50_000;
/** Requests by HTTP that are under way in one process: each may hold a body in memory. */
export const VISITORS = 2_000;
/** Turns of the event loop in which answers leave before a stopping process ends. */
export const ANSWER_TURNS = 10;
/** How long the body of a request may take to come. */
export const HTTP_BODY_MS = 5_000;
/** Rooms open at once in one process. A room closes when its last connection has gone. */
export const ROOMS_OPEN = 50_000;
/** Members a `joined` lists by name; a larger room says only how many there are. */
export const MEMBERS_LISTED = 500;

/** Newest messages sent to a client that joins without a position. */
export const RECENT_MESSAGES = 50;
/** Messages in one page of history, and in one step of a replay. */
export const PAGE_MESSAGES = 100;
/** Messages replayed to a client that resumes; one that missed more gets the newest and is told how many are missing. */
export const REPLAY_MESSAGES = 1_000;
/** Changes replayed besides. They are smaller, and a storm of reactions must not cost those who were away their replay. */
export const REPLAY_CHANGES = 5_000;
/** Quoted messages in one reply, and the characters of each. */
export const QUOTES = 20;
/** See {@linkcode QUOTES}. */
export const QUOTE_CHARACTERS = 200;
/** Ids in one answer to `reactors`. */
export const PAGE_REACTORS = 100;
/** How often an id, and an address, may have itself erased: for each the whole store is searched. */
export const ERASES_PER_HOUR = 3;
/** How many ids may be called back from an address at once, and in an hour: each is kept for good. */
export const REVOKES_PER_HOUR = 5;
/** Reports that an id may make at once, and in an hour. */
export const REPORTS_PER_HOUR = 5;
/** The same for an address: a class behind one may have a bad day. */
export const ADDRESS_REPORTS_PER_HOUR = 50;
/** Messages in one answer to `reports`. */
export const PAGE_REPORTS = 10;
/** Changes of the room in one answer to `audit`. */
export const PAGE_AUDIT = 50;
/** How far back a purge goes. */
export const PURGE_MS = 24 * 60 * 60 * 1000;
/** Messages after which a purge stops before its next part. */
export const PURGE_MESSAGES = 1_000;
/** Rooms in one answer to `rooms`. */
export const PAGE_ROOMS = 50;

/** When a client may retry a message that was refused because the store is full. */
export const STORE_FULL_RETRY_MS = 30_000;
/** Bytes queued for one connection above which no new messages are: its memberships catch up from the log later. */
export const OUTBOX_HIGH_WATER_BYTES = 256 * 1024;
/**
 * Bytes queued for one connection above which it is closed with 4008 when there is more for it. That is more than the high water
 * mark plus one batch: a fan-out's characters, all of them escapes, are 0.8 MB.
 */
export const OUTBOX_BYTES = 2 * 1024 * 1024;
/**
 * Bytes queued for all connections of a process together above which only those with nothing queued are sent more: many that
 * read nothing must not fill the memory, however little each may have queued.
 */
export const BACKLOG_BYTES = 256 * 1024 * 1024;
/** How long a sender waits before it looks again at a full connection; each time twice as long, up to `OUTBOX_SWEEP_MS`. */
export const OUTBOX_PAUSE_MS = 16;
/** How long a peer may take nothing of what is queued for it before its connection is closed with 4008. */
export const OUTBOX_STALL_MS = 6_000;
/** How often stalled connections and lagging memberships are checked. */
export const OUTBOX_SWEEP_MS = 250;
/** The longest a message waits so as to share a frame with others. */
export const FANOUT_DELAY_MS = 20;
/** Characters of messages in one frame's worth of fan-out, or in one step of catching up; the rest goes with the next. */
export const FANOUT_CHARACTERS = 128 * 1024;
/** Characters of messages that wait for their fan-out; above it they are left in the log until there is room. */
export const FANOUT_PENDING_CHARACTERS = 256 * 1024;
/**
 * Frames handed over in a row before the event loop gets a turn: about as many as it writes out in one, so that none pile
 * up there, and that a huge room does not hold up a small one.
 */
export const FANOUT_SENDS = 32;
/** Pages of a room that are kept for others who catch up from the same position: a whole replay and some. */
export const PAGES_CACHED = 64;
/** Characters of such pages of one room. */
export const PAGES_CACHED_CHARACTERS = 2 * 1024 * 1024;
/** How long such a page is kept. */
export const PAGES_CACHED_MS = 1_000;
/** For how long refusals count towards a connection's cost. */
export const REFUSED_LATELY_MS = 10_000;

/** The least delay of presence, so that a crowd's coming is sent once. */
export const PRESENCE_DELAY_MS = 100;
/** The same for each member, if that is longer: each gets a frame, so a room sends a thousand a second. Messages take it along. */
export const PRESENCE_DELAY_PER_MEMBER_MS = 1;
/** Bytes a second that a room of at most `MEMBERS_LISTED` may spend on presence. */
export const PRESENCE_BYTES_PER_S = 2_000_000;
/** Lines "left the chat" that a room sends its plain members at once. */
export const FAREWELLS_BURST = 20;
/** Lines "left the chat" that a room sends its plain members steadily. */
export const FAREWELLS_PER_S = 5;
/** How long a member counts as present after its last connection has gone. */
export const PRESENCE_GRACE_MS = 7_000;
/** At most one `typing` per member and room is passed on in this time. */
export const TYPING_MS = 3_000;
/** Members typing that are reported in one go; nobody could read more. */
export const TYPING_TOLD = 20;

/** How long a `chat.v1` client has for `hello`. */
export const HELLO_MS = 10_000;
/** A peer silent for this long, pings included, is gone (the runtime pings at half of it). */
export const IDLE_TIMEOUT_S = 30;
/** How long a client may take to answer a close; then the connection is cut, if the socket can do that. */
export const CLOSE_MS = 5_000;

/** How long a reader by long-poll waits for something new: less than a connection may take for its request. */
export const LONG_POLL_MS = 10_000;
/** How often a stream with nothing to say says that it is still there, at most and at least: not all at the same moment. */
export const STREAM_ALIVE_MS = 15_000;
/** How many times it does so before its reader is to come again: that is how a reader that is gone without a word is found. */
export const STREAM_BEATS = 5;
/** As many bytes of a stream are handed to the runtime at a time: it keeps what a reader does not take. */
export const STREAM_CHUNK_BYTES = 16 * 1024;

/** How long a browser waits before it comes back to a stream that broke, at most and twice as long as at least: not all at once. */
export const STREAM_RETRY_MS = 2_000;

/** How long a ticket for a stream is good. */
export const TICKET_MS = 30_000;
/** Tickets of one server that are good at once; of more, the oldest is not. */
export const TICKETS = 10_000;

/** How long a stopping server takes to finish its work. Deno Deploy kills after 5 s. */
export const DRAIN_MS = 4_000;
/** Longest delay a stopping server asks its clients to spread their return over. */
export const RECONNECT_SPREAD_MS = 2_000;
/** How long a client is told to wait when the store is out of reach. */
export const UNAVAILABLE_RETRY_MS = 1_000;
