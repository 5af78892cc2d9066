/** The documents that tell people what to type: the commands and the tables in them. @module */

import { ROOT } from "../lib/process.ts";

/** Every document with commands. */
export const DOCUMENTS: string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "examples/README.md",
  "chat/protocol.md",
  ...Array.from(Deno.readDirSync(`${ROOT}docs`), ({ name }) => `docs/${name}`).filter((name) => name.endsWith(".md"))
    .sort(),
  "static/docs.html",
];

/** Programs that a reader is told to run. A text that begins with one of them is a command. */
const PROGRAM =
  /^(exec "\$\(|sudo (-u \w+ )?|[A-Z_]+=\S+ )*(deno|node|npx|sqlite3|fuser|journalctl|systemctl|ls|git|curl|nginx|docker|cd|psql|pg_dump|pg_restore) /;

/** Blocks of other kinds than commands. */
const OTHER_BLOCKS = /^(ini|toml|nginx|caddy|bash|js|ts|python|text|json\b.*)$/;

/** A document's text. */
export function readDocument(document: string): string {
  return Deno.readTextFileSync(ROOT + document);
}

/**
 * The commands of a document, as they are written, but without comments, and in the one form for a machine with Deno.
 *
 * @throws {Error} if a block has a line that is neither a command nor known to be something else
 */
export function commandsIn(document: string): string[] {
  const text = readDocument(document);
  const commands = document.endsWith(".html") ? commandsInHtml(text) : [...blocksOf(document, text), ...spansOf(text)];
  return [...new Set(commands.map((command) => command.replace(/^npx -y deno@[\d.]+ /, "deno ")))];
}

/** The fenced block of a kind in a document: the first, or another by its number. */
export function fencedBlock(document: string, kind: string, index = 0): string {
  const blocks = readDocument(document).matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\`$`, "gm"));
  const block = [...blocks][index]?.[1];
  if (block === undefined) throw new Error(`${document} has no block of ${kind} with the number ${index}`);
  return block;
}

/** The rows of all tables of a document whose first column is called so: their cells as they are written. */
export function rowsUnder(document: string, column: string): string[][] {
  const tables = readDocument(document).matchAll(
    new RegExp(`^\\| ${column} \\|.*\\n\\|[-| ]+\\n((?:\\|.*\\n)+)`, "gm"),
  );
  return Array.from(tables, ([, rows]) => rows!.trimEnd().split("\n")).flat().map((row) =>
    row.slice(2, -2).split(/(?<!\\) \| /).map((cell) => cell.replaceAll("\\|", "|"))
  );
}

function blocksOf(document: string, text: string): string[] {
  const commands: string[] = [];
  for (const [, kind, block] of text.matchAll(/^```(.*)\n([^]*?)^```$/gm)) {
    if (!OTHER_BLOCKS.test(kind!)) commands.push(...block!.split("\n").filter((line) => line.trim() !== ""));
  }
  const unfenced = text.replaceAll(/^```.*\n[^]*?^```$/gm, "");
  for (const [line] of unfenced.matchAll(/^ {4}[^ ].*$/gm)) {
    // The wire in the README and in the specification.
    if (!/^ {4}([↑↓] |Client #)/.test(line)) commands.push(line.trim());
  }
  const bare = commands.map((line) => line.replace(/ +# .*$/, ""));
  const unknown = bare.find((line) => !PROGRAM.test(line));
  if (unknown !== undefined) throw new Error(`${document} has a line in a block that is no known command: ${unknown}`);
  return bare;
}

function spansOf(text: string): string[] {
  const spans = Array.from(text.matchAll(/(?<!`)`([^`]+)`(?!`)/g), ([, span]) => span!.replaceAll(/\s+/g, " "));
  return spans.filter((span) => PROGRAM.test(span));
}

function commandsInHtml(text: string): string[] {
  const codes = Array.from(text.matchAll(/<code(?: data-example="[^"]*")?>([^<]*)<\/code>/g), ([, code]) => code!);
  return codes.filter((code) => !code.includes("\n")).map((code) => code.replaceAll("&amp;", "&")).filter((code) =>
    PROGRAM.test(code)
  );
}
