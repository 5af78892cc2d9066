/**
 * `deno task bundle [FILE]`: the whole service in one file, `dist/switchboard.js` by default. The code is minified, the page's files have no comments, and
 * all of it is compressed until the program starts: the file would be three times as large otherwise.
 *
 * @module
 */

import { brotliCompressSync } from "node:zlib";
import { dirname } from "@std/path";
import manifest from "../../deno.json" with { type: "json" };
import { withoutComments } from "../http/slim/slim.ts";
import * as STATIC_FILES from "../http/static_files.ts";
import { runTool } from "./run_tool.ts";
import { ToolError } from "./snapshot.ts";

const ROOT = new URL("../../", import.meta.url);

/** The modules that import a package by a name that only a running program knows. */
const LIBRARIES = ["chat/listen/guard/ws.ts", "chat/policy/jose.ts", "chat/stores/postgres/library.ts"];

await runTool("deno task bundle [FILE]", ({ length }) => length <= 1, async ([file = "dist/switchboard.js"]) => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-bundle-" });
  try {
    await Deno.writeTextFile(`${folder}/static_texts.js`, textsOf(STATIC_FILES));
    // Of the configuration a program needs only this.
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify({ version: manifest.version }));
    const imports: Record<string, string> = {
      ...manifest.imports,
      [new URL("chat/http/static_texts.ts", ROOT).href]: "./static_texts.js",
      [new URL("deno.json", ROOT).href]: "./manifest.json",
    };
    for (const [index, path] of LIBRARIES.entries()) {
      const module = new URL(path, ROOT);
      await Deno.writeTextFile(`${folder}/library${index}.js`, onlyUsed(await Deno.readTextFile(module)));
      imports[module.href] = `./library${index}.js`;
    }
    await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify({ imports }));
    await bundle(`${folder}/imports.json`, `${folder}/bundled.js`);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, packed(await Deno.readTextFile(`${folder}/bundled.js`)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A module with the same export as that of the page's files. */
function textsOf(files: Record<string, string>): string {
  const texts = Object.entries(files).map((
    [name, text],
  ) => [name, /\.(js|css)$/.test(name) ? withoutComments(text) : text]);
  return `export const STATIC_TEXTS = ${JSON.stringify(Object.fromEntries(texts))};\n`;
}

/** A module that imports a package by a fixed name: so only what it exports of it is carried along. @param text one that does not */
function onlyUsed(text: string): string {
  const [, scheme, name, names] = /import\("(npm:)" \+ "(.+)"\);\s+export const (\{.+\}) = library;/.exec(text) ?? [];
  if (names === undefined) throw new ToolError("Cannot bundle: what is used of a package is not named as expected");
  return `export ${names.replaceAll(":", " as")} from "${scheme}${name}";\n`;
}

async function bundle(importMap: string, file: string): Promise<void> {
  const lock = new URL("bundle.lock", ROOT).pathname;
  const flags = [
    "--minify",
    "--quiet",
    "--platform",
    "deno",
    "--format",
    "cjs",
    `--lock=${lock}`,
    "--import-map",
    importMap,
    "-o",
    file,
  ];
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", ...flags, new URL("main.ts", ROOT).pathname],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) throw new ToolError("Cannot bundle: see above");
}

/**
 * A module that unpacks the service and runs it. As a function: if it were imported, as a module, the start would take 0.3 s longer.
 *
 * @param code in the format of CommonJS
 */
function packed(code: string): string {
  const base64 = brotliCompressSync(code).toString("base64");
  return `import { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import { brotliDecompressSync } from "node:zlib";
const code = brotliDecompressSync(Buffer.from("${base64}", "base64")).toString();
const module = { exports: {} };
new Function("require", "module", code)(createRequire("file:///switchboard.js"), module);
export default module.exports.default;
`;
}
