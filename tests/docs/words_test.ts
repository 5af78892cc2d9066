/** Sentences of the documents and of the comments have subjects. @module */

import { assertEquals } from "../lib/assert.ts";
import { textsIn } from "../lib/imports.ts";
import { DOCUMENTS, readDocument } from "./documents.ts";

/** The sentences of a document: of its paragraphs, items and cells, without blocks of code. */
function sentencesOf(text: string): string[] {
  const prose = text
    .replaceAll(/^```.*\n[^]*?^```$|^ {4}[^ ].*$|<pre[^]*?<\/pre>|<!--[^]*?-->/gm, "\n\n")
    .replaceAll(/<(th|h\d)\b[^>]*>[^<]*<\/\1>|<\/?(p|li|td|summary)\b[^>]*>/g, "\n\n")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll(/^#+ .*$/gm, "\n\n")
    .replaceAll(/^ *([-*]|\d+\.) |\| ?/gm, "\n\n");
  return prose.split(/\n\s*\n|(?<=[.:;?!][)*]*)\s+/).map((sentence) => sentence.replaceAll(/\s+/g, " ").trim());
}

/** A clause where the subject of a sentence should be: "Who reconnects gets…", "What is late is dropped". */
const HEADLESS = /^[(*]*(Who|Whoever|What|Whatever|who|whoever) .*[^?]$/;

for (const document of [...DOCUMENTS, "CHANGELOG.md"]) {
  Deno.test(`no sentence of ${document} begins with a headless Who or What`, () => {
    assertEquals(sentencesOf(readDocument(document)).filter((sentence) => HEADLESS.test(sentence)), []);
  });
}

/** The sentences of a source's comments that begin so. */
function headlessComments(source: string): string[] {
  const comments = source.matchAll(/\/\*\*[^]*?\*\/|(?<=^|[ ;{}(),])\/\/ .*$/gm);
  return Array.from(comments, ([comment]) => comment.replaceAll(/^\s*(\/\*)?\*+\/?|^\/\/ /gm, ""))
    .flatMap((comment) => comment.split(/\n\s*\n|(?<=[.:;?!])\s+|@\w+/))
    .filter((sentence) => /^\s*(Who|Whoever|Whatever)\s/.test(sentence) && !sentence.trimEnd().endsWith("?"));
}

Deno.test("no sentence of a comment begins with a headless Who", () => {
  const sources = ["main.ts", "connection_manager.ts"].map((file): [string, string] => [file, readDocument(file)]);
  for (const folder of ["chat/", "static/", "tests/"]) sources.push(...textsIn(folder));
  for (const [file, source] of sources) {
    assertEquals(headlessComments(source), [], file);
  }
});

Deno.test("a headless sentence would be found", () => {
  for (const who of ["Who", "Whoever"]) {
    assertEquals(headlessComments(`/**\n * It waits. ${who} waits is told.\n */\n`).length, 1);
    assertEquals(headlessComments(`wait(); // ${who} waits is told.\n`).length, 1);
    assertEquals(headlessComments(`// ${who} waits?\nconst waiting = "${who} waits";\n`), []);
  }
  const text =
    "# Who may\n\nWho is it? A client, who waits. Whoever\nwaits is told.\n\n| it waits; who publishes is told | What is late |\n";
  assertEquals(sentencesOf(text).filter((sentence) => HEADLESS.test(sentence)), [
    "Whoever waits is told.",
    "who publishes is told",
    "What is late",
  ]);
});
