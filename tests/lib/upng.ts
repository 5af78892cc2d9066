/** Pictures as pixels, and pixels as moving pictures; see `packages.ts` for why it is named here. @module */

// deno-lint-ignore no-import-prefix -- a name in deno.json would be downloaded when the server starts
import upng from "npm:@pdf-lib/upng@1.0.1";

interface Upng {
  decode(png: ArrayBuffer): unknown;
  toRGBA8(image: unknown): ArrayBuffer[];
  /** @param colours how many; 0 for all @param delays how long each frame stays, in milliseconds */
  encode(frames: ArrayBuffer[], width: number, height: number, colours: number, delays: number[]): ArrayBuffer;
}

/** The package is CommonJS: what it has is its `default`. */
export const { decode, toRGBA8, encode } = (upng as unknown as { default: Upng }).default;
