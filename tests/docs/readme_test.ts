/** The figures on the first screen are those of the pages that they come from. @module */

import { assertStringIncludes } from "../lib/assert.ts";
import { readDocument } from "./documents.ts";

const proof = readDocument("docs/proof.md");
const readme = readDocument("README.md").replace(/\s+/g, " ");

/** The cells of a row, by what it begins with. */
function row(beginning: string): string[] {
  const line = proof.split("\n").find((line) => line.startsWith(`| ${beginning}`));
  return line!.split("|").slice(2, -1).map((cell) => cell.trim());
}

const amount = (cell: string) => Number(cell.replaceAll(",", ""));

Deno.test("README.md tells of the proof's last run what docs/proof.md has", () => {
  const [ended, faults, deliveries] = ["server processes ended", "network faults", "deliveries"].map((name) =>
    row(name)[0]
  );
  assertStringIncludes(readme, `ended ${ended} server processes and broke the network ${faults} times`);
  assertStringIncludes(readme, `of ${deliveries} deliveries none was wrong`);
  assertStringIncludes(row("**violations**")[0]!, "**0**");
});

Deno.test("README.md tells of others under the same storm what docs/proof.md has", () => {
  const said = (name: string) => {
    const [sent, people, , lost] = row(name);
    return `${lost} deliveries of ${(amount(sent!) * amount(people!)).toLocaleString("en")}`;
  };
  assertStringIncludes(readme, `the tutorials' chat lost ${said("The tutorial's twenty lines")}`);
  assertStringIncludes(readme, said("Socket.IO with recovery and retries").replace(" deliveries", ""));
});
