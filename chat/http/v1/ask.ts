/** The way from a request to a command: who asks, what for, and the answer. @module */

import type { Grant } from "../../policy/grants.ts";
import { type Introduction, REF } from "../../socket/visitor.ts";
import { type Fields, readCommand } from "../../wire/decode.ts";
import type { Command, Reply } from "../../wire/lines.ts";
import { overloaded, takeShare } from "../share.ts";
import type { HttpOptions } from "../options.ts";
import type { RouteAsked } from "./route.ts";
import { readWho } from "./who.ts";

/** What a request asks for. */
interface Wanted {
  /** A command's, without the `ref`; or what gives them once its sender is let in, by the rooms that its token is for. */
  fields: Fields | ((grants?: readonly Grant[]) => Promise<Fields>);
  /** The name that others are to see. */
  name?: unknown;
  /** The size of its body. */
  bytes?: number;
}

type ReplyOf<Type extends Reply["type"]> = Extract<Reply, { type: Type }>;

/**
 * Has a command carried out as one that comes by a socket is.
 *
 * @param read gives the command, once its sender may send it
 * @throws {Refused} if it is refused
 * @throws {HttpRefusal} if it cannot be read
 */
export async function ask<Type extends Reply["type"]>(
  asked: RouteAsked,
  options: HttpOptions,
  read: () => Wanted | Promise<Wanted>,
): Promise<ReplyOf<Type>> {
  takeShare(asked, options.manager);
  const { id, ...proof } = readWho(asked, options);
  const visitor = options.manager.visit(id, asked.address);
  if (visitor === undefined) throw overloaded();
  try {
    const { fields, name, bytes = 0 } = await read();
    const commandOf = (fields: Fields) => readCommand({ ref: REF, ...fields });
    const command = typeof fields === "function"
      ? async (grants?: readonly Grant[]) => commandOf(await fields(grants))
      : commandOf(fields);
    const introduction = readCommand({ type: "hello", ref: REF, name, ...proof }) as Command & Introduction;
    return await visitor.ask(introduction, command, bytes) as ReplyOf<Type>;
  } finally {
    visitor.end();
  }
}

/** The parts of an address that a command has as numbers; what is no number is refused as a command's is. */
export function numberOf(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : NaN;
}

/** What tells a request that is sent again from a new one. The header's quotes are its form, and no part of it. */
export function nonceOf({ headers }: Pick<Request, "headers">): string {
  const key = headers.get("idempotency-key");
  return key === null ? crypto.randomUUID() : key.replace(/^"(.*)"$/, "$1");
}
