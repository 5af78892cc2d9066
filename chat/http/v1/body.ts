/** Reads the body of a request: so much, in so much time. @module */

import { systemClock } from "../../base/clock.ts";
import { FRAME_IN_BYTES, HTTP_BODY_MS } from "../../limits.ts";
import { type Fields, parseObject, withoutMark } from "../../wire/decode.ts";
import { type Asked, type HttpOptions, HttpRefusal } from "../options.ts";

/** A body, and its size. */
export interface Body {
  text: string;
  bytes: number;
  isJson: boolean;
}

/** @param most its bytes @throws {HttpRefusal} if it is too long, comes too slowly, or is no text */
export async function readBody(asked: Asked, options: HttpOptions, most = FRAME_IN_BYTES): Promise<Body> {
  const type = typeOf(asked);
  if (type.startsWith("multipart/")) throw new HttpRefusal(415, "A body must be JSON, or the text as it is");
  if (!/^(identity)?$/i.test(asked.headers.get("content-encoding") ?? "")) {
    throw new HttpRefusal(415, "A body must not be compressed");
  }
  const bytes = await readBytes(asked, options, most);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text: withoutMark(text), bytes: bytes.length, isJson: isJson(type) };
  } catch {
    throw new HttpRefusal(400, "A body must be UTF-8");
  }
}

/** The same for a body that must be a JSON object. */
export async function readJson(asked: Asked, options: HttpOptions): Promise<{ fields: Fields; bytes: number }> {
  if (!isJson(typeOf(asked))) throw new HttpRefusal(415, "The body must be JSON: content-type: application/json");
  const { text, bytes } = await readBody(asked, options);
  return { fields: parseBody(text), bytes };
}

/** The object in a body. @throws {BadCommandError} if it is none */
export function parseBody(text: string): Fields {
  return parseObject(text, "The body");
}

function typeOf({ headers }: Asked): string {
  return (headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

function isJson(type: string): boolean {
  return type === "application/json" || type.endsWith("+json");
}

async function readBytes(
  { headers, body }: Asked,
  { clock = systemClock }: HttpOptions,
  most: number,
): Promise<Uint8Array> {
  if (Number(headers.get("content-length") ?? 0) > most) throw tooBig(most);
  if (body === null) return new Uint8Array(0);
  const chunks = body[Symbol.asyncIterator]();
  let cancel;
  const late = new Promise<never>((_, reject) => {
    const tooSlow = new HttpRefusal(408, `A body must have come after ${HTTP_BODY_MS / 1000} seconds`);
    cancel = clock.after(HTTP_BODY_MS, () => reject(tooSlow));
  });
  try {
    return await Promise.race([gather(chunks, most), late]);
  } finally {
    cancel!();
    // What is left of it is not read. Nobody waits for that: it may never come.
    chunks.return?.()?.catch(() => {});
  }
}

async function gather(chunks: AsyncIterator<Uint8Array>, most: number): Promise<Uint8Array> {
  const gathered: Uint8Array[] = [];
  let length = 0;
  const brokeOff = () => {
    throw new HttpRefusal(400, "The body has not come whole");
  };
  const read = () => chunks.next().catch(brokeOff);
  for (let next = await read(); !next.done; next = await read()) {
    gathered.push(next.value);
    length += next.value.length;
    if (length > most) throw tooBig(most);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of gathered) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function tooBig(most: number): HttpRefusal {
  return new HttpRefusal(413, `A body must have at most ${most} bytes`);
}
