/** Sentences of the documents have subjects. @module */

import { assertEquals } from "../lib/assert.ts";
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

Deno.test("a headless sentence would be found", () => {
  const text =
    "# Who may\n\nWho is it? A client, who waits. Whoever\nwaits is told.\n\n| it waits; who publishes is told | What is late |\n";
  assertEquals(sentencesOf(text).filter((sentence) => HEADLESS.test(sentence)), [
    "Whoever waits is told.",
    "who publishes is told",
    "What is late",
  ]);
});
