/** The client that the page runs on: nothing of a browser is in it. @module */

import * as STATIC_FILES from "../../chat/http/static_files.ts";
import { assert, assertEquals } from "../lib/assert.ts";

const FROM_THE_WORLD =
  /\b(Date|performance|set(Timeout|Interval)|Math\.random|crypto|localStorage|sessionStorage|WebSocket|BroadcastChannel|navigator|document|window|globalThis\.(?!Storage\b)|addEventListener|fetch)\b/g;

Deno.test("the client takes nothing of the world but what it is handed", () => {
  const files = Object.entries(STATIC_FILES).filter(([name]) => name.startsWith("client/"));
  assert(files.length > 5);
  const takers = files.flatMap(([name, text]) => {
    const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
    const imports = Array.from(code.matchAll(/^import .* from "(.*)";$/gm), ([, specifier]) => specifier!);
    return code.search(FROM_THE_WORLD) >= 0 || imports.some((specifier) => !specifier.startsWith("./")) ? [name] : [];
  });
  assertEquals(takers, ["client/world.js"]);
});
