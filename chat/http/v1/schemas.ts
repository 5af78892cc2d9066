/** What is sent and answered at `/v1/`, as JSON Schema, for `openapi.json`. @module */

import * as limits from "../../limits.ts";
import { ROOM_PATTERN } from "../../wire/names.ts";

export type Schema = Record<string, unknown>;

const SEQ: Schema = { type: "integer", minimum: 1 };
const TIME: Schema = { type: "integer", description: "Milliseconds since 1970" };
const TRUE: Schema = { const: true };
const TEXT: Schema = { type: "string", maxLength: limits.TEXT_CHARACTERS };
const MENTIONS: Schema = { type: "array", maxItems: limits.MENTIONS, items: { type: "string" } };
const ID: Schema = { type: "string" };
const COUNT: Schema = { type: "integer", minimum: 0 };

export const ROOM: Schema = { type: "string", pattern: ROOM_PATTERN.source };

/** An object of which further fields may be added: readers pass over what they do not know. */
function object(properties: Record<string, Schema>, optional: string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", required, properties };
}

export function ref(name: keyof typeof SCHEMAS): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function listOf(items: Schema): Schema {
  return { type: "array", items };
}

const QUOTED = { seq: SEQ, id: ID, name: { type: "string" }, text: TEXT, ts: TIME, rev: SEQ, deleted: TRUE };
const REACTION = object({ emoji: { type: "string" }, count: COUNT, mine: TRUE }, ["mine"]);

export const SCHEMAS = {
  Error: object({
    code: { type: "string", description: "As in the protocol, for programs" },
    message: { type: "string", description: "For the developer who reads it" },
    retryAfterMs: { type: "integer", description: "When to send the same again" },
    until: { ...TIME, description: "When a ban, a mute or a wait ends by itself" },
  }, ["retryAfterMs", "until"]),
  Stored: object({
    epoch: { type: "string" },
    seq: SEQ,
    ts: TIME,
    durability: { enum: ["fsync", "os", "memory"] },
    unchanged: { ...TRUE, description: "There was nothing to do" },
  }, ["unchanged"]),
  NewMessage: object({
    text: TEXT,
    name: { type: "string", description: "The name that others see" },
    reply: { ...SEQ, description: "The message that it answers" },
    epoch: { type: "string", description: "In which that number means it: in another one nothing is stored" },
    mentions: MENTIONS,
  }, ["name", "reply", "epoch", "mentions"]),
  Ticket: object({ ticket: { type: "string" }, expiresInMs: COUNT }),
  Edit: object({
    text: TEXT,
    version: { ...COUNT, description: "The number of edits that the message has, as far as the sender knows" },
    mentions: MENTIONS,
  }, ["mentions"]),
  Message: object({
    ...QUOTED,
    nonce: { type: "string" },
    reply: SEQ,
    mentions: MENTIONS,
    version: COUNT,
    reactions: listOf(REACTION),
    replies: COUNT,
  }, ["nonce", "reply", "mentions", "version", "reactions", "replies", "rev", "deleted"]),
  Quote: object(QUOTED, ["rev", "deleted"]),
  Page: object({
    room: ROOM,
    epoch: { type: "string" },
    from: { ...COUNT, description: "Every message that is kept, from this seq on up to the one in to, is in the page" },
    to: COUNT,
    messages: listOf({ $ref: "#/components/schemas/Message" }),
    ordinal: { ...COUNT, description: "With after: how many messages the room had had before these, if that is known" },
    refs: { ...listOf({ $ref: "#/components/schemas/Quote" }), description: "Messages elsewhere that these answer" },
    more: { type: "boolean" },
  }, ["ordinal", "refs"]),
  Rooms: object({
    rooms: listOf(object({
      room: ROOM,
      head: SEQ,
      ts: TIME,
      members: { ...COUNT, description: "Who is there now" },
      title: { type: "string" },
      topic: { type: "string" },
      places: COUNT,
      mine: TRUE,
      with: object({ id: ID, name: { type: "string" } }, ["name"]),
    }, ["title", "topic", "places", "mine", "with"])),
    more: { type: "boolean" },
  }),
  Entries: {
    type: "array",
    description: "Messages and changes, each as the protocol has it",
    items: { type: "object" },
  },
} as const satisfies Record<string, Schema>;
