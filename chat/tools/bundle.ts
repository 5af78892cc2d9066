/**
 * `deno task bundle [FILE]`: the whole service in one file, `dist/switchboard.js` by default. The code is minified; the page's files have no comments, and are compressed
 * until the program starts: they are two thirds of it otherwise.
 *
 * @module
 */

import { brotliCompressSync } from "node:zlib";
import manifest from "../../deno.json" with { type: "json" };
import { withoutComments } from "../http/slim/slim.ts";
import * as STATIC_FILES from "../http/static_files.ts";
import { runTool } from "./run_tool.ts";
import { ToolError } from "./snapshot.ts";

const ROOT = new URL("../../", import.meta.url);

await runTool("deno task bundle [FILE]", ({ length }) => length <= 1, async ([file = "dist/switchboard.js"]) => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-bundle-" });
  try {
    await Deno.writeTextFile(`${folder}/static_texts.js`, packed(STATIC_FILES));
    // Of the configuration a program needs only this.
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify({ version: manifest.version }));
    const jose = new URL("chat/policy/jose.ts", ROOT);
    await Deno.writeTextFile(`${folder}/jose.js`, onlyUsed(await Deno.readTextFile(jose)));
    const imports = {
      ...manifest.imports,
      [new URL("chat/http/static_texts.ts", ROOT).href]: "./static_texts.js",
      [new URL("deno.json", ROOT).href]: "./manifest.json",
      [jose.href]: "./jose.js",
    };
    await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify({ imports }));
    await bundle(`${folder}/imports.json`, file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A module with the same export as that of the page's files. */
function packed(files: Record<string, string>): string {
  const texts = Object.entries(files).map((
    [name, text],
  ) => [name, /\.(js|css)$/.test(name) ? withoutComments(text) : text]);
  const base64 = brotliCompressSync(JSON.stringify(Object.fromEntries(texts))).toString("base64");
  return `import { Buffer } from "node:buffer";
import { brotliDecompressSync } from "node:zlib";
export const STATIC_TEXTS = JSON.parse(brotliDecompressSync(Buffer.from("${base64}", "base64")).toString());
`;
}

/** A module that imports a package by a fixed name: so only what it exports of it is carried along. @param text one that does not */
function onlyUsed(text: string): string {
  const [, scheme, name, names] = /import\("(npm:)" \+ "(.+)"\);\s+export const (\{.+\}) = library;/.exec(text) ?? [];
  if (name === undefined) throw new ToolError("Cannot bundle: what is used of a package is not named as expected");
  return `export ${names} from "${scheme}${name}";\n`;
}

async function bundle(importMap: string, file: string): Promise<void> {
  const lock = new URL("bundle.lock", ROOT).pathname;
  const flags = ["--minify", "--quiet", "--platform", "deno", `--lock=${lock}`, "--import-map", importMap, "-o", file];
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", ...flags, new URL("main.ts", ROOT).pathname],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) throw new ToolError("Cannot bundle: see above");
}
