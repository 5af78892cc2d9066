/**
 * The page's files, carried inside the program: nothing is read from disk, so the program is one file. Each is joined with
 * everything that it imports, tagged and compressed once, when first asked for; a test asks for all of them.
 *
 * @module
 */

import { promisify } from "node:util";
import { brotliCompress, gzip, type ZlibOptions } from "node:zlib";
import { Modules } from "./join_modules.ts";
import { seenFrom, sheetsIn, tellWorker, versionOf, withLook, withSheet, withTokenUrl } from "./shell.ts";
import { slimPage, slimScript, slimSheet, withoutComments } from "./slim/slim.ts";
import { eTag, ifNoneMatch } from "@std/http/etag";
import { acceptsEncodings } from "@std/http/negotiation";

/** What a server adds to the files. */
export interface AssetOptions {
  /** Where the page gets a token; empty: its reader has one; undefined: the server takes none. */
  tokenUrl?: string;
  /** Sites that may have the page in a frame; default: none. */
  embed?: readonly string[];
}

/** Browsers may do only what our pages need; and the chat may be in a frame of the sites that may embed it, which the page for developers is not. */
function policyOf(page: string, text: string, { tokenUrl = "", embed = [] }: AssetOptions): string {
  const isChat = page === "index.html";
  return [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...sheetsIn(text)].join(" "),
    `connect-src 'self' ${URL.parse(tokenUrl)?.origin ?? ""}`.trim(),
    "img-src 'self' blob:",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${isChat && embed.length > 0 ? embed.join(" ") : "'none'"}`,
    "require-trusted-types-for 'script'",
    "trusted-types chat",
  ].join("; ");
}

const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  ts: "application/typescript; charset=utf-8",
  svg: "image/svg+xml",
  py: "text/x-python; charset=utf-8",
  webmanifest: "application/manifest+json",
  // Of a picture the text is another form.
  base64: "image/png",
};

/** Addresses that lie deeper are nobody's, and would only cost memory. */
const DEEPEST_FOLDERS = 8;

/** The script of a room in another site's page. It carries its style sheet, because such a page may forbid to fetch one. */
export const EMBED = "embed/embed.js";

/** How a body can be sent, the smallest first. Browsers ask for brotli on secure connections only. */
type Encoding = "br" | "gzip" | "identity";

interface Asset {
  headers: Record<string, string>;
  bodies: Record<Encoding, Uint8Array<ArrayBuffer>>;
}

/** A set of files by name. */
export class Assets {
  /** Names these files as they are: with another content of any of them it is another. */
  readonly version: string;
  readonly #texts: Readonly<Record<string, string>>;
  readonly #options: AssetOptions;
  #modules: Promise<Modules> | undefined;
  readonly #assets = new Map<string, Promise<Asset>>();

  /**
   * Takes the files.
   *
   * @param texts their contents by name; the name's ending says what each is
   * @throws {TypeError} if an ending is not known
   */
  constructor(texts: Readonly<Record<string, string>>, options: AssetOptions = {}) {
    for (const name of Object.keys(texts)) {
      if (TYPES[endingOf(name)] === undefined) throw new TypeError(`Cannot serve ${name}: its ending is not known`);
    }
    this.#texts = options.tokenUrl === undefined ? texts : withTokenUrl(texts, options.tokenUrl);
    this.#options = options;
    this.version = versionOf(this.#texts);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#texts, name);
  }

  /**
   * Answers for a file that there is, as to `GET`.
   *
   * @param depth how many folders the address of a page lies below the root: it names its files as seen from there
   * @returns 200 with the file, compressed if the client takes that, or 304 if it has it already
   * @throws {SyntaxError} if a script or a style sheet cannot be joined with what it imports
   */
  async respond(name: string, request: Pick<Request, "headers">, depth = 0): Promise<Response> {
    const asset = await this.#asset(name, Math.min(depth, DEEPEST_FOLDERS));
    const headers = new Headers(asset.headers);
    if (!ifNoneMatch(request.headers.get("if-none-match"), headers.get("etag")!)) {
      return new Response(null, { status: 304, headers });
    }
    const encoding = chooseEncoding(request);
    const body = asset.bodies[encoding];
    if (encoding !== "identity") headers.set("content-encoding", encoding);
    headers.set("content-length", String(body.length));
    return new Response(body, { headers });
  }

  #asset(name: string, depth: number): Promise<Asset> {
    const key = `${depth} ${name}`;
    let asset = this.#assets.get(key);
    if (asset === undefined) {
      asset = this.#textOf(name, depth).then((text) => makeAsset(name, text, this.#options));
      this.#assets.set(key, asset);
      // What has failed, for want of memory perhaps, is tried again.
      asset.catch(() => this.#assets.delete(key));
    }
    return asset;
  }

  async #textOf(name: string, depth: number): Promise<string> {
    if (name.endsWith(".html")) return seenFrom(depth, this.#pageOf(name), this.version);
    if (name.endsWith(".css")) return this.#sheetOf(name);
    if (!name.endsWith(".js")) return this.#texts[name]!;
    const modules = await this.#readModules();
    const script = modules.join(name);
    if (name === "worker.js") {
      return await slimScript(tellWorker(script, this.version, Object.keys(this.#texts), modules));
    }
    return await slimScript(name === EMBED ? withLook(script, this.#sheetOf("embed/embed.css")) : script);
  }

  #pageOf(name: string): string {
    const page = slimPage(this.#texts[name]!);
    return name === "index.html" ? withSheet(page, this.#sheetOf("style.css")) : page;
  }

  #sheetOf(name: string): string {
    return slimSheet(joinSheets(name, this.#texts));
  }

  #readModules(): Promise<Modules> {
    if (this.#modules === undefined) {
      this.#modules = Modules.read(scriptsOf(this.#texts));
      this.#modules.catch(() => this.#modules = undefined);
    }
    return this.#modules;
  }
}

/** The smallest that the client takes; uncompressed if the client does not say. */
function chooseEncoding(request: Pick<Request, "headers">): Encoding {
  if (!request.headers.has("accept-encoding")) return "identity";
  return (["br", "gzip"] as const).find((encoding) => acceptsEncodings(request, encoding) === encoding) ?? "identity";
}

async function makeAsset(name: string, text: string, options: AssetOptions): Promise<Asset> {
  const type = TYPES[endingOf(name)]!;
  const identity = name.endsWith(".base64") ? Uint8Array.fromBase64(text) : new TextEncoder().encode(text);
  // Deno 2.9 does this on the event loop's thread, other than Node: brotli takes a tenth of a second for a large one.
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(identity),
    promisify<Uint8Array, ZlibOptions, Uint8Array>(gzip)(identity, { level: 9 }),
  ]);
  return {
    bodies: { br: new Uint8Array(br), gzip: new Uint8Array(gz), identity },
    headers: {
      "content-type": type,
      // Weak: the same tag stands for the compressed file as well.
      "etag": `W/${await eTag(text)}`,
      // Asked for again each time, and answered with 304: a new version is seen at once.
      "cache-control": "no-cache",
      "vary": "accept-encoding",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(name.endsWith(".html") ? { "content-security-policy": policyOf(name, text, options) } : {}),
    },
  };
}

function scriptsOf(texts: Readonly<Record<string, string>>): Record<string, string> {
  const scripts = Object.entries(texts).filter(([name]) => name.endsWith(".js"));
  return Object.fromEntries(scripts.map(([name, text]) => [name, withoutComments(text)]));
}

/** A style sheet with those that it imports in their places. */
function joinSheets(name: string, texts: Readonly<Record<string, string>>): string {
  return withoutComments(texts[name]!).replace(/^@import.*\n/gm, (statement) => {
    const path = /^@import "(.+)";\n$/.exec(statement)?.[1];
    const imported = path && new URL(path, `file:///${name}`).pathname.slice(1);
    if (!imported || !Object.hasOwn(texts, imported)) throw new SyntaxError(`Cannot join ${name} with ${statement}`);
    return joinSheets(imported, texts);
  });
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
