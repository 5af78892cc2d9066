/** What the pages of documentation say, held to the source that they say it of. @module */

import { API } from "../../chat/http/v1/route.ts";
import { FORMAT } from "../../chat/stores/sqlite/schema.ts";
import { SETTINGS } from "../../chat/settings/table.ts";
import * as limits from "../../chat/limits.ts";
import * as guardBounds from "../../chat/listen/guard/bounds.ts";
import { CloseCode } from "../../chat/wire/close.ts";
import { decodeCommand } from "../../chat/wire/decode.ts";
import { WIRE_LIMITS } from "../../chat/wire/lines.ts";
import { assert, assertEquals, assertThrows } from "../lib/assert.ts";
import { DOCUMENTS, rowsUnder } from "./documents.ts";
import { example, exampleNames } from "./examples.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

Deno.test("the page for developers has every close code that the server sends, and no other but 1006", () => {
  const section = /<section id="closes"[^]*?<\/section>/.exec(read("static/docs.html"))![0];
  const written = Array.from(section.matchAll(/<td>(\d{4})<\/td>/g), ([, code]) => Number(code));
  const sent = new Set([...Object.values(CloseCode).map(({ code }) => code), 1006]);
  assertEquals(written, Array.from(sent).sort((a, b) => a - b));
});

Deno.test("the programs of the page for developers have as few lines as it says", () => {
  const programs = exampleNames().filter((name) => /^(client|chat)-(?!wscat)/.test(name));
  const lines = (name: string) => example(name, "").split("\n").filter((line) => line.trim() !== "").length;
  assert(programs.length > 5);
  assertEquals(programs.filter((name) => lines(name) > 10), []);
  assertEquals(lines("client-bot"), 6);
});

for (const page of ["static/docs.html", "static/index.html"]) {
  Deno.test(`no two elements of ${page} have the same id`, () => {
    const ids = Array.from(read(page).matchAll(/<[a-z][^<>]*\sid="([^"]+)"/g), ([, id]) => id);
    assert(ids.length > 0);
    assertEquals(ids, [...new Set(ids)]);
  });
}

Deno.test("the page for developers has every command and every push, and no other", () => {
  const page = read("static/docs.html");
  const rows = page.slice(page.indexOf("<th>Command</th>"), page.indexOf("<p>Pushes:"));
  const commands = Array.from(rows.matchAll(/<tr>\s*<td><code>(\w+)<\/code><\/td>/g), ([, type]) => type);
  const { message } = assertThrows(() => decodeCommand('{"type":"?","ref":"1"}'), Error);
  assertEquals(commands.sort(), message.slice(message.indexOf("one of ") + "one of ".length).split(", ").sort());
  const pushes = /<p>Pushes: (.*?)\. /.exec(page)![1]!.matchAll(/<code>(\w+)<\/code>/g);
  const lines = read("chat/wire/lines.ts");
  const sent = lines.slice(lines.indexOf("export type Push"), lines.indexOf("/** Why a command was refused."));
  const types = ["message", "change", ...Array.from(sent.matchAll(/type: "(\w+)"/g), ([, type]) => type)];
  assertEquals(Array.from(pushes, ([, type]) => type).sort(), types.sort());
});

Deno.test("the page for developers has the limits that welcome tells", () => {
  const spans = read("static/docs.html").matchAll(/<span data-limit="(\w+)">(\d+)<\/span>/g);
  const written = Object.fromEntries(Array.from(spans, ([, name, value]) => [name, Number(value)]));
  assertEquals(written, { ...WIRE_LIMITS });
});

Deno.test("the page for developers has the figures of limits.ts where it says them in words", () => {
  const page = read("static/docs.html");
  const figures: [RegExp, ...number[]][] = [
    [/An id is 1 to (\d+) visible characters/, limits.ID_GRAPHEMES],
    [/is your id: 1 to (\d+) visible characters/, limits.ID_GRAPHEMES],
    [
      /arrive, (\d+) at once and then (\d+) a second. Up to (\d+) texts wait/,
      limits.COMMAND_BURST,
      limits.COMMANDS_PER_S,
      limits.SLOWED_LINES,
    ],
    [/visible characters, (\d+) bytes/, limits.NAME_BYTES],
  ];
  for (const [words, ...expected] of figures) {
    assertEquals(words.exec(page)?.slice(1).map(Number), expected, words.source);
  }
});

for (const page of ["README.md", "docs/operators.md"]) {
  Deno.test(`${page} lists every setting, and no other`, () => {
    const written = Array.from(
      read(page).matchAll(/^\| `([A-Z_]+)` \| `--([a-z-]+)/gm),
      ([, name, flag]) => [name, flag],
    );
    const known = Object.keys(SETTINGS).map((name) => [name, name.toLowerCase().replaceAll("_", "-")]);
    assertEquals(written, known);
  });
}

Deno.test("docs/operators.md names every path that is open to everybody", () => {
  const named = /\*\*Public paths:\*\* ([^]*?)\n- /.exec(read("docs/operators.md"))![1]!;
  const written = Array.from(named.matchAll(/`(\/[^`]*)`/g), ([, path]) => path);
  const routes = /ROUTES[^=]*= \[\n([^]*?)\n\];/.exec(read("chat/http/router.ts"))![1]!;
  const paths = Array.from(routes.matchAll(/\["(\/[^"]*?)[*]?", /g), ([, path]) => path);
  assertEquals(written.sort(), ["/", API, "/ws", "/ws/:id", ...paths.filter((path) => path !== "/docs/")].sort());
});

Deno.test("the walks of a message in docs/architecture.md pass through functions that there are", () => {
  const steps = [...read("docs/architecture.md").matchAll(/^\d+\. `(?<file>[\w/.]+)`: (?<text>.*)$/gm)];
  assert(steps.length > 20);
  for (const { groups } of steps) {
    const { file, text } = groups as { file: string; text: string };
    const source = read(file);
    const names = Array.from(text.matchAll(/`(#?[A-Za-z]+)`/g), ([, name]) => name!);
    assert(names.length > 0, `a step names nothing in ${file}`);
    for (const name of names) assert(declares(source, name), `${file} does not declare ${name}`);
  }
});

Deno.test("the format of the SQLite file is the present one wherever a document names it", () => {
  assertEquals(/The SQLite file has format (\d+)/.exec(read("CHANGELOG.md"))?.[1], `${FORMAT}`);
  assertEquals(/a newer version \(format (\d+), known up to/.exec(read("docs/operators.md"))?.[1], `${FORMAT}`);
});

/** Whether a source has a function, method, class, constant or type of that name. */
function declares(source: string, name: string): boolean {
  const method = `^ +(static |async |get |\\*)*${name}(<[^>]+>)?\\(.*\\{$`;
  return new RegExp(`\\b(function|class|const|interface|type) ${name}\\b|${method}`, "m").test(source);
}

Deno.test("each word of docs/architecture.md stands there once", () => {
  const words = rowsUnder("docs/architecture.md", "word").flatMap(([word]) => word!.split(", "));
  assert(words.length > 30);
  assertEquals(words, [...new Set(words)]);
});

Deno.test("every file and task that the pages name is there", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  for (const page of [...DOCUMENTS, "CHANGELOG.md"].filter((name) => name.endsWith(".md"))) {
    const text = read(page);
    for (const [, path] of text.matchAll(/(?<!\[)`((?:chat|tests|static|docs)\/[\w./-]+\.\w+|\w+\.(?:ts|json|md))`/g)) {
      assert(exists(path!), `${page} names ${path}, which is not there`);
    }
    for (const [, path, anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = path === "" ? page : beside(page, path!);
      assert(exists(target), `${page} links to ${path}, which is not there`);
      if (anchor) {
        assert(anchorsIn(read(target)).includes(anchor), `${page} links to #${anchor}, which ${target} has not`);
      }
    }
    for (const [, task] of text.matchAll(/deno task ([a-z]+)|deno@[\d.]+ task ([a-z]+)/g)) {
      if (task !== undefined) assert(Object.hasOwn(tasks, task), `${page} names the task ${task}, which is not there`);
    }
  }
});

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, root));
    return true;
  } catch {
    return false;
  }
}

/** A path beside a page, from the top. */
function beside(page: string, path: string): string {
  return new URL(path, new URL(page, root)).href.slice(root.href.length);
}

/** The names by which the headings of a page can be linked to. */
function anchorsIn(text: string): string[] {
  const headings = Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading]) => heading!);
  return headings.map((heading) => heading.toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-"));
}

Deno.test("the bounds of GUARD=on in docs/operators.md are those of the code", () => {
  const figures: Record<string, unknown> = { ...limits, ...guardBounds };
  const rows = Array.from(read("docs/operators.md").matchAll(/^\| .*? \| ([\d,.]+)(?: (s|KiB))? \| `(\w+)` \|$/gm));
  assert(rows.length > 10);
  for (const [, figure, unit, name] of rows) {
    const factor = unit === "s" ? 1_000 : unit === "KiB" ? 1_024 : 1;
    const written = Number(figure!.replaceAll(",", "")) * factor;
    assertEquals([name, written], [name, figures[name!]]);
  }
});
