/**
 * What a client does to messages when it is to do something: which one it changes, and how. Sometimes it does what it must not, or what has no
 * effect: that is to be refused, or answered as it is.
 *
 * @module
 */

import type { Random } from "../../lib/random.ts";
import type { Message } from "../judge/evidence.ts";
import type { Lasting } from "./wire.ts";
import type { Act } from "./world.ts";

/** What a deed is drawn from. */
export interface Situation {
  id: string;
  /** Whether its id is proven, so that it may change what it has said. */
  isProven: boolean;
  /** What the client holds of the room. */
  messages: Message[];
  /** The nonces of its own messages that are not acknowledged yet. */
  unacknowledged: string[];
  /** A text that nobody else writes. */
  text: string;
  random: Random;
}

/** A command without its room and its nonce. */
export type Deed = Lasting extends infer L ? L extends Lasting ? Omit<L, "room" | "nonce"> : never : never;

/** Mostly the same few, so that several people have the same one at a message; and more than a message may have. */
const FEW = ["👍", "🎉", "❤️", "👩‍🚀"];
const MANY = [..."🍇🍈🍉🍊🍋🍌🍍🥭🍎🍏🍐🍑🍒🍓🥝🍅🥥🥑🍆🥔🥕🌽"];
/** How far back it looks for a message, usually. */
const NEAR = 8;

/** Draws what to do; undefined if there is nothing to do it to. */
export function deedOf(type: Act["type"], situation: Situation): Deed | undefined {
  const { random, text, id, isProven, unacknowledged } = situation;
  const any = pick(situation, () => true);
  const own = isProven ? pick(situation, (message) => message.id === id) : undefined;
  switch (type) {
    case "reply":
      return any && { type: "publish", text, reply: any.seq };
    case "edit":
      return own && { type: "edit", target: own.seq, version: own.version ?? 0, text };
    case "delete":
      return own && { type: "delete", target: own.seq };
    case "react":
      return any && { type: "react", target: any.seq, emoji: emojiOf(random), on: random.chance(0.7) };
    case "change before it is acknowledged":
      return unacknowledged.length === 0 ? undefined : early(random.pick(unacknowledged), situation);
    case "meddle":
      return meddle(situation);
    default:
      return undefined;
  }
}

function early(targetNonce: string, { random, text, isProven }: Situation): Deed {
  if (isProven && random.chance(0.5)) return { type: "edit", targetNonce, version: 0, text };
  if (!isProven || random.chance(0.5)) return { type: "react", targetNonce, emoji: emojiOf(random), on: true };
  return { type: "delete", targetNonce };
}

/** Changes what belongs to another, or what it has not seen. */
function meddle(situation: Situation): Deed | undefined {
  const { random, text, id } = situation;
  const anothers = pick(situation, (message) => message.id !== id);
  const edited = pick(situation, (message) => message.id === id && (message.version ?? 0) > 0);
  if (edited !== undefined && random.chance(0.5)) {
    return { type: "edit", target: edited.seq, version: edited.version! - 1, text };
  }
  if (anothers === undefined) return undefined;
  if (random.chance(0.5)) return { type: "delete", target: anothers.seq };
  return { type: "edit", target: anothers.seq, version: anothers.version ?? 0, text };
}

function emojiOf(random: Random): string {
  return random.chance(0.9) ? random.pick(FEW) : random.pick(MANY);
}

/** A message: mostly one of the last, so that several do something to the same. */
function pick({ messages, random }: Situation, isWanted: (message: Message) => boolean): Message | undefined {
  const wanted = messages.filter((message) => isWanted(message) && (!message.deleted || random.chance(0.1)));
  if (wanted.length === 0) return undefined;
  return random.pick(random.chance(0.6) ? wanted.slice(-NEAR) : wanted);
}
