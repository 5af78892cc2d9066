/** Lines in frames. @module */

import * as limits from "../../chat/limits.ts";
import { chatV1 } from "../../chat/dialect/chat_v1.ts";
import { assertEquals } from "../lib/assert.ts";
import { ChatClient } from "../lib/client.ts";
import { startServer } from "../lib/server.ts";

Deno.test("several lines go into one frame in both directions", async () => {
  await using server = startServer();
  await using ada = await ChatClient.connect(server, "ada");
  ada.send('\n{"type":"hello","ref":"1"}\n\n  \n{"type":"ping","ref":"2"}\r\n{"type":"ping","ref":"3"}\n');
  await ada.reply("3");
  ada.frames.length = 0;
  ada.command({ type: "ping", ref: "4" }, { type: "ping", ref: "5" }, { type: "leave", ref: "6", room: "lobby" });
  await ada.reply("6");
  assertEquals(ada.frames.length, 1, "replies of one turn share a frame");
});

Deno.test("32 lines in a frame are carried out, and of 33 none is", async () => {
  await using server = startServer({ limitRate: false });
  await using ada = await ChatClient.open(server, "ada");
  const pings = Array.from({ length: limits.FRAME_IN_LINES + 1 }, (_, index) => ({ type: "ping", ref: `p${index}` }));
  ada.command(...pings);
  assertEquals((await ada.push("error")).code, "too_many_lines");
  assertEquals(ada.all("pong"), []);
  ada.command(...pings.slice(1));
  await ada.reply(`p${limits.FRAME_IN_LINES}`);
  assertEquals(ada.all("pong").length, limits.FRAME_IN_LINES);
});

Deno.test("a frame of nothing but blanks costs its bytes", () => {
  assertEquals([...chatV1.read("\u3000\n\u3000")], [{ bytes: 7 }]);
});
