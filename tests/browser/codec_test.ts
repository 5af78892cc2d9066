/** The browser's reader of frames, held to the examples of the specification. @module */

import { FURTHER } from "../../static/client/further_lines.js";
import { decodeFrame as decode, readable } from "../../static/client/lines.js";
import { assert, assertEquals } from "../lib/assert.ts";

/** As the page does. */
const decodeFrame = (frame: string) => decode(frame, readable(FURTHER));

const page = await Deno.readTextFile(new URL("../../chat/protocol.md", import.meta.url));
const examples = [...page.matchAll(/^```json down\n(.*?)^```/gms)].flatMap(([, block]) => block!.trim().split("\n"));

Deno.test("every example of a line that comes down is read as it is", () => {
  assert(examples.length > 10);
  for (const line of examples) assertEquals(decodeFrame(line), [JSON.parse(line)], line);
});

Deno.test("a frame of many lines is read in order, empty ones are passed over", () => {
  assertEquals(decodeFrame(`\n${examples.join("\n\n")}\n`), examples.map((line) => JSON.parse(line)));
});

Deno.test("an entry of an unknown kind takes no other with it", () => {
  const messages = [{ seq: 1, kind: "poll" }, { seq: 2, id: "ada", name: "Ada", text: "hi", ts: 3 }];
  const joined = { type: "joined", room: "lobby", epoch: "e", seq: 2, memberCount: 1, messages };
  const history = { type: "history", room: "lobby", epoch: "e", messages };
  for (const line of [joined, history]) {
    assertEquals(JSON.stringify(decodeFrame(JSON.stringify(line))), JSON.stringify([line]));
  }
  assertEquals(decodeFrame(JSON.stringify({ ...joined, messages: [{ kind: "poll" }] })), []);
});

Deno.test("a line without a field that it needs is passed over", () => {
  for (const line of examples) {
    const { type, ...fields } = JSON.parse(line);
    if (type === "ok" || type === "pong") continue;
    const [needed] = {
      joined: ["epoch"],
      welcome: ["id"],
      error: ["code"],
      expiring: ["inMs"],
      reconnect: ["afterMs"],
      reactors: ["ids"],
      rooms: ["rooms"],
      invited: ["secret"],
      bot: ["secret"],
      bots: ["bots"],
      invites: ["invites"],
      reports: ["reports"],
      audit: ["changes"],
    }[type as string] ??
      ["room"];
    assertEquals(decodeFrame(JSON.stringify({ type, ...fields, [needed!]: undefined })), [], line);
  }
});

Deno.test("anything that is not a line is passed over", () => {
  const type = ['{"type":7}', '{"type":"constructor"}', '{"type":"new"}'];
  for (const text of ["", "{", "null", "7", '"message"', "[]", "{}", ...type]) {
    assertEquals(decodeFrame(text), [], text);
  }
});
