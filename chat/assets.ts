/**
 * The browser client's files, carried inside the program: nothing is read from disk, so the program is one file. Each is
 * tagged and compressed once, when first asked for.
 *
 * @module
 */

import { eTag, ifNoneMatch } from "./std/etag.ts";
import { acceptsEncodings } from "./std/negotiation.ts";

/** What a browser may do with our pages: nothing but what they need. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types chat",
].join("; ");

const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
};

/** A file ready to be served. */
interface Asset {
  headers: Record<string, string>;
  bytes: Uint8Array<ArrayBuffer>;
  gzip: Uint8Array<ArrayBuffer>;
}

/** A set of files by name. */
export class Assets {
  readonly #texts: Readonly<Record<string, string>>;
  readonly #assets = new Map<string, Promise<Asset>>();

  /** @param texts the files' contents by name; the name's ending says what each is */
  constructor(texts: Readonly<Record<string, string>>) {
    for (const name of Object.keys(texts)) {
      if (TYPES[endingOf(name)] === undefined) throw new TypeError(`Cannot serve ${name}: its ending is not known`);
    }
    this.#texts = texts;
  }

  /** Whether there is such a file. */
  has(name: string): boolean {
    return Object.hasOwn(this.#texts, name);
  }

  /**
   * Answers a `GET` or `HEAD` for a file that there is.
   *
   * @returns 200 with the file, compressed where the client takes that, or 304 where it has it already
   */
  async respond(name: string, request: Request): Promise<Response> {
    const asset = await this.#asset(name);
    const headers = new Headers(asset.headers);
    if (!ifNoneMatch(request.headers.get("if-none-match"), headers.get("etag")!)) {
      return new Response(null, { status: 304, headers });
    }
    const zipped = request.headers.has("accept-encoding") && acceptsEncodings(request, "gzip", "identity") === "gzip";
    if (zipped) headers.set("content-encoding", "gzip");
    const body = zipped ? asset.gzip : asset.bytes;
    headers.set("content-length", String(body.length));
    return new Response(request.method === "HEAD" ? null : body, { headers });
  }

  #asset(name: string): Promise<Asset> {
    let asset = this.#assets.get(name);
    if (asset === undefined) {
      asset = makeAsset(name, this.#texts[name]!);
      this.#assets.set(name, asset);
    }
    return asset;
  }
}

async function makeAsset(name: string, text: string): Promise<Asset> {
  const type = TYPES[endingOf(name)]!;
  const zipped = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return {
    bytes: new TextEncoder().encode(text),
    gzip: new Uint8Array(await new Response(zipped).arrayBuffer()),
    headers: {
      "content-type": type,
      // Weak: the same tag stands for the compressed file as well.
      "etag": `W/${await eTag(text)}`,
      // Asked for again each time, and answered with 304: a new version is seen at once.
      "cache-control": "no-cache",
      "vary": "accept-encoding",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(name.endsWith(".html") ? { "content-security-policy": CONTENT_SECURITY_POLICY } : {}),
    },
  };
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
