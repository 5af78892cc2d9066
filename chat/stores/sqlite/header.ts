/** The header of a SQLite file, by SQLite's file format: whether a server of this version takes the file, without opening it as a database. @module */

import { newerFormat } from "../errors.ts";
import { APPLICATION_ID, FORMAT, NOT_OURS } from "./schema.ts";

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
/** Where the header has the numbers that the pragmas of these names read. */
const AT = { schema_version: 40, user_version: 60, application_id: 68 };

/**
 * Why a server would refuse a file; undefined if it takes it, or if only its content could tell. What is still in the write-ahead log alone is not seen.
 *
 * @param kind of Deno KV's files only what SQLite says is known
 */
export function refusalOf(file: Deno.FsFile, kind: "sqlite" | "kv"): string | undefined {
  const bytes = new Uint8Array(HEADER_BYTES);
  const length = file.readSync(bytes);
  // A new one.
  if (length === null) return undefined;
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return "file is not a database";
  if (kind === "kv") return undefined;
  const read = (name: keyof typeof AT) => new DataView(bytes.buffer).getUint32(AT[name]);
  if (read("user_version") > FORMAT) return newerFormat(read("user_version"), FORMAT);
  return read("schema_version") !== 0 && read("application_id") !== APPLICATION_ID ? NOT_OURS : undefined;
}
