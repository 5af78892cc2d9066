/** The log's keys in Deno KV. What lies under them is in `values.ts`. @module */

/** Those without a name are whole, those in the plural are the beginnings of keys. */
export const KvKey = {
  /** The form of what is stored, a number: see `known.ts`. */
  format: ["switchboard", "format"],
  /** The epoch, a string. */
  epoch: ["switchboard", "epoch"],
  /** The key to the fingerprints, bytes. */
  fingerprintKey: ["switchboard", "fingerprint key"],
  /** A `StoreTime`. */
  time: ["switchboard", "time"],
  /** A counter, raised by every commit. */
  commits: ["switchboard", "commits"],
  /** How many of them one process made; it expires when the process is long gone. */
  process: (id: string): Deno.KvKey => ["switchboard", "process", id],
  rooms: ["switchboard", "room"],
  /** A `RoomValue`. */
  room: (name: string): Deno.KvKey => ["switchboard", "room", name],
  /** A `MessageValue`. Messages lie apart from changes, so that the newest 50 are neighbours however many changes are between them. */
  message: (name: string, seq: number): Deno.KvKey => ["switchboard", "log", name, seq],
  /** A stored change, without what it forgets. */
  change: (name: string, seq: number): Deno.KvKey => ["switchboard", "change", name, seq],
  /** A change of the room itself once more: it stays when the others are trimmed. */
  roomChange: (name: string, seq: number): Deno.KvKey => ["switchboard", "room change", name, seq],
  /** When an author wrote last in a room with slow mode; it expires with the wait. */
  lastMessage: (name: string, id: string): Deno.KvKey => ["switchboard", "last", name, id],
  /** A `NonceValue`. */
  nonce: (name: string, id: string, nonce: string): Deno.KvKey => ["switchboard", "nonce", name, id, nonce],
  /** `true` for each id whose emoji stands at a message. How many there are is in the message. */
  reaction: (name: string, target: number, emoji: string, id: string): Deno.KvKey => [
    "switchboard",
    "reaction",
    name,
    target,
    emoji,
    id,
  ],
  /** The beginning of the keys of all reactions to a message; of those with one emoji. */
  reactions: (name: string, target: number): Deno.KvKey => ["switchboard", "reaction", name, target],
  reactionsWith: (name: string, target: number, emoji: string): Deno.KvKey => [...KvKey.reactions(name, target), emoji],
  /** The same once more, by id: what a reader has reacted to in a page lies together. */
  own: (
    name: string,
    id: string,
    target: number,
    emoji: string,
  ): Deno.KvKey => [...KvKey.ownFrom(name, id, target), emoji],
  /** The beginning of the keys of an id's reactions to a message. */
  ownFrom: (name: string, id: string, target: number): Deno.KvKey => ["switchboard", "own", name, id, target],
  /** `true` for each message that answers another. */
  reply: (name: string, target: number, seq: number): Deno.KvKey => ["switchboard", "reply", name, target, seq],
  /** A `Standing`. */
  identity: (id: string): Deno.KvKey => ["switchboard", "identity", id],
  bots: ["switchboard", "bot"],
  /** A bot, with the SHA-256 of its secret. */
  bot: (name: string): Deno.KvKey => ["switchboard", "bot", name],
  /** The bot's name, by that. */
  botSecret: (secret: string): Deno.KvKey => ["switchboard", "bot secret", secret],
  /** How many were ever made. */
  botCount: ["switchboard", "bot count"],
  /** A `ClaimValue`. */
  claim: ["switchboard", "claim"],
  surpluses: ["switchboard", "surplus"],
  /** `true` for a room that has more changes than are kept: otherwise all rooms would have to be looked at for such. */
  surplus: (name: string): Deno.KvKey => ["switchboard", "surplus", name],
  ownRetentions: ["switchboard", "own retention"],
  /** `true` for a room whose settings say how much it keeps: for a server that keeps all, only these are looked at. */
  ownRetention: (name: string): Deno.KvKey => ["switchboard", "own retention", name],
  leftovers: ["switchboard", "leftover"],
  /** `true` for a message that was deleted or removed, and whose reactions are still to be removed: see `trim.ts`. */
  leftover: (name: string, target: number): Deno.KvKey => ["switchboard", "leftover", name, target],
} as const;

/** A reaction is kept by its message and by its id. */
export function reactionKeys(name: string, target: number, emoji: string, id: string): Deno.KvKey[] {
  return [KvKey.reaction(name, target, emoji, id), KvKey.own(name, id, target, emoji)];
}
