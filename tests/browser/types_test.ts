/// <reference lib="dom" />
/** What the types of the page's scripts take for granted: the server's, and the elements of the pages. @module */

import type { Command, Push, Reply } from "../../chat/wire/lines.ts";
import * as STATIC_FILES from "../../chat/http/static_files.ts";
import type { Commands, Line } from "../../static/client/lines.js";
import { assert, assertEquals } from "../lib/assert.ts";
import { browserTest } from "./lib.ts";

/** A command as the page states it; the link adds the `ref`. */
type Asked = { [Type in keyof Commands]: { type: Type; ref: string } & Commands[Type] }[keyof Commands];

/** Compiles only where what is read fits what is sent. */
type Fits<Sent extends Read, Read> = Sent;
/** The page can read everything that the server sends to a client that knows messages. */
export type Down = Fits<Exclude<Reply | Push, { type: "change" }>, Line>;
/** The server can read everything that the page asks. */
export type Up = Fits<Asked, Command>;

const scripts = Object.entries(STATIC_FILES).filter(([name]) => name.endsWith(".js"));

Deno.test("no script of the page goes around its types", () => {
  for (const [name, text] of scripts) {
    assert(!/@ts-(ignore|expect-error|nocheck)/.test(text), name);
    assert(!/[{<(,|:=]\s*any\b|\bany\[\]|\{[?*]\}/.test(text), name);
  }
});

for (const [path, of] of [["/r/types", "the page"], ["/docs", "the console"]] as const) {
  browserTest(
    `${path} has every element that the scripts of ${of} ask for, of the kind it is taken for`,
    async (stage) => {
      const isOfDocs = (name: string) => name.startsWith("docs");
      const text = scripts.filter(([name]) => isOfDocs(name) === (path === "/docs")).map(([, text]) => text).join("\n");
      const [, fields = ""] = STATIC_FILES["dom.js"].match(/@typedef \{object\} Elements\n([^]*?)\*\//) ?? [];
      const special = new Map(Array.from(fields.matchAll(/\{(\w+).*\} ([\w-]+)\n/g), ([, kind, id]) => [id, kind!]));
      assert(special.size >= 13);
      const asked = new Set(Array.from(text.matchAll(/\bbyId\("([\w-]+)"\)/g), ([, id]) => id!));
      assert(asked.size >= 14);
      const page = await stage.open(path);
      const wrong = await page.evaluate(
        (kinds) =>
          kinds.filter(([id, kind]) => {
            const type: unknown = Reflect.get(globalThis, kind);
            return typeof type !== "function" || !(document.getElementById(id) instanceof type);
          }),
        Array.from(asked, (id) => [id, special.get(id) ?? "HTMLElement"] as const),
      );
      assertEquals(wrong, []);
    },
  );
}

browserTest(
  "no name of the page's scripts is one of the browser's: they share a scope, and another may mean that",
  async (stage) => {
    const page = await stage.open();
    const names = scripts.filter(([name]) => !name.startsWith("docs")).flatMap(([, text]) =>
      Array.from(text.matchAll(/^(?:export )?(?:async )?(?:const|let|class|function) (\w+)/gm), ([, name]) => name!)
    );
    assert(names.length > 250);
    // No module means the browser's class of this name.
    const known = ["Storage"];
    assertEquals(await page.evaluate((names) => names.filter((name) => name in globalThis), names), known);
  },
);
