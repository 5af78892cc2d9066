/** What `openapi.json` says of each route, by its method and path. A test compares the two, both ways. @module */

import * as limits from "../../limits.ts";
import { ref, ROOM, type Schema } from "./schemas.ts";

export interface Operation {
  id: string;
  summary: string;
  /** What may stand in the query, besides `id`. */
  query?: Record<string, Schema>;
  /** What a body may be, by its content type. */
  body?: Record<string, Schema>;
  /** Whether sending it again with the same `Idempotency-Key` does nothing. */
  isChange?: boolean;
  /** What is answered, by status; in JSON unless it says otherwise. */
  answers: Record<number, { description: string; content?: Record<string, Schema> }>;
  /** The statuses of errors. Any request can have 405 and 500 besides. */
  errors: readonly number[];
}

const SEQ: Schema = { type: "integer", minimum: 1 };
const COUNT: Schema = { type: "integer", minimum: 0 };
const TEXT: Schema = { type: "string" };

const READ = [400, 401, 403, 404, 429, 503];
const CHANGE = [400, 401, 403, 404, 409, 410, 429, 503];
const WITH_BODY = [...CHANGE, 408, 413, 415];

function json(description: string, schema: Schema): Operation["answers"][number] {
  return { description, content: { "application/json": schema } };
}

const EPOCH = { epoch: { ...TEXT, description: "In which seq means the message: in another one nothing is changed" } };
const STORED = json("It is stored", ref("Stored"));
const REPEATED = json("It was stored before, with the same Idempotency-Key", ref("Stored"));

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET /v1/openapi.json": {
    id: "describe",
    summary: "This description",
    answers: { 200: json("An OpenAPI document", { type: "object" }) },
    errors: [],
  },
  "GET /v1/rooms": {
    id: "listRooms",
    summary: "List the rooms that are public, and one's own",
    query: {
      query: {
        ...TEXT,
        maxLength: limits.TITLE_CHARACTERS,
        description: "Only those with this in their name or title",
      },
      mine: { const: true, description: "Only one's own" },
      after: { ...TEXT, description: "ROOM:TS of the last room of the page before" },
    },
    answers: { 200: json("A page of rooms", ref("Rooms")) },
    errors: [400, 401, 403, 429, 501, 503],
  },
  "GET /v1/rooms/{room}": {
    id: "readRoom",
    summary: "Read a page of a room: the newest messages, or those before or after one",
    query: {
      before: SEQ,
      after: COUNT,
      limit: { ...SEQ, maximum: limits.PAGE_MESSAGES },
      thread: { ...SEQ, description: "Only this message and its answers" },
    },
    answers: { 200: json("A page of messages, the oldest first", ref("Page")) },
    errors: READ,
  },
  "POST /v1/rooms/{room}": {
    id: "publish",
    summary: "Write a message: the body is its text, or JSON",
    isChange: true,
    body: { "application/json": ref("NewMessage"), "*/*": TEXT },
    answers: { 201: STORED, 200: REPEATED },
    errors: WITH_BODY,
  },
  "PATCH /v1/rooms/{room}/{seq}": {
    id: "edit",
    summary: "Give a message of one's own another text",
    isChange: true,
    query: EPOCH,
    body: { "application/json": ref("Edit") },
    answers: { 200: STORED },
    errors: WITH_BODY,
  },
  "DELETE /v1/rooms/{room}/{seq}": {
    id: "delete",
    summary: "Delete a message: one's own, or as a moderator",
    isChange: true,
    query: { ...EPOCH, reason: { ...TEXT, maxLength: limits.REASON_CHARACTERS, description: "For the room's audit" } },
    answers: { 200: STORED },
    errors: [400, 401, 403, 404, 409, 429, 503],
  },
  "PUT /v1/rooms/{room}/{seq}/reactions/{emoji}": {
    id: "react",
    summary: "React to a message with an emoji",
    isChange: true,
    query: EPOCH,
    answers: { 200: STORED },
    errors: CHANGE,
  },
  "DELETE /v1/rooms/{room}/{seq}/reactions/{emoji}": {
    id: "unreact",
    summary: "Take one's reaction back",
    isChange: true,
    query: EPOCH,
    answers: { 200: STORED },
    errors: CHANGE,
  },
  "POST /v1/hooks/{secret}": {
    id: "hook",
    summary: "Post as the bot of this secret: JSON with a text, or what GitHub, Grafana and Alertmanager send",
    isChange: true,
    query: { room: { ...ROOM, description: "Needed unless the bot is for one room" } },
    body: { "*/*": { type: "object" } },
    answers: { 201: STORED, 200: REPEATED, 204: { description: "There was nothing to say" } },
    errors: [400, 401, 403, 404, 408, 409, 413, 415, 429, 503],
  },
  "GET /v1/stream/rooms/{room}": {
    id: "readStream",
    summary: "Read a room on from any place, by the Durable Streams protocol",
    query: {
      offset: { ...TEXT, description: "An offset from here, -1 for all that is kept, or now" },
      live: { enum: ["sse", "long-poll"] },
      cursor: TEXT,
      ticket: { ...TEXT, description: "Instead of Authorization, for browsers: see POST /v1/tickets" },
    },
    answers: {
      200: {
        description: "Messages and changes, in order",
        content: { "application/json": ref("Entries"), "text/event-stream": TEXT },
      },
      204: { description: "Nothing has come while a long poll waited" },
    },
    errors: [...READ, 410],
  },
  "POST /v1/tickets": {
    id: "makeTicket",
    summary: "Get what stands for Authorization in the address of one stream, within half a minute",
    answers: { 201: json("A ticket", ref("Ticket")) },
    errors: [400, 401, 403, 429, 503],
  },
};
