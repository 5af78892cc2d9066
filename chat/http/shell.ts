/**
 * The shell: the files that the page is made of, with a name for all of them as they are now. Their addresses have it, so that what a page
 * fetches later is never of another version than what it began with, and may be kept for ever.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { VERSION } from "../settings/version.ts";
import type { Modules } from "./join_modules.ts";

/** Hexadecimal digits of a version: as many as nobody sees twice. */
const VERSION_DIGITS = 12;

/** Another one for each content. @param texts the files by name */
export function versionOf(texts: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(VERSION);
  for (const name of Object.keys(texts).sort()) hash.update(`\0${name}\0${texts[name]}`);
  return hash.digest("hex").slice(0, VERSION_DIGITS);
}

/** The files of a page that signs in: a script that it would need for that is not allowed to stand in it. */
export function withTokenUrl(texts: Readonly<Record<string, string>>, url: string): Record<string, string> {
  const content = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const page = texts["index.html"]!.replace(
    '<meta charset="utf-8">',
    (charset) => `${charset}<meta name="token-url" content="${content}">`,
  );
  return { ...texts, "index.html": page };
}

/** The page's HTML as seen from so many folders below the root. */
export function seenFrom(depth: number, html: string, version: string): string {
  return html.replaceAll('="static/', `="${"../".repeat(depth)}static/${version}/`);
}

/** The page with its style sheet in it: a browser paints nothing before it has both, and a phone waits long for each file. */
export function withSheet(html: string, sheet: string): string {
  return html.replace('<link rel="stylesheet" href="static/style.css">', () => `<style>${sheet}</style>`);
}

/** The style sheets that stand in a page, as a policy names them: by their hashes. */
export function sheetsIn(html: string): string[] {
  const sheets = html.matchAll(/<style>([^]*?)<\/style>/g);
  return Array.from(sheets, ([, sheet]) => `'sha256-${createHash("sha256").update(sheet!).digest("base64")}'`);
}

/** Tells the worker which files it is to keep: all that the page may fetch, but not the page for developers. */
export function tellWorker(script: string, version: string, names: string[], modules: Modules): string {
  const others = names.filter((name) => /^(?!docs|style)\w+\.(css|svg)$/.test(name));
  const files = ["app.js", ...modules.laterOf("app.js"), ...others];
  return script.replace('VERSION = ""', `VERSION = "${version}"`).replace(
    "FILES = []",
    `FILES = ${JSON.stringify(files)}`,
  );
}

/** Puts a style sheet into the script that makes one of it. */
export function withLook(script: string, sheet: string): string {
  return script.replace('LOOK = ""', () => `LOOK = ${JSON.stringify(sheet)}`);
}
