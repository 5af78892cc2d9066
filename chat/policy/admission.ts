/** Lets clients in, under the id that they prove when they say hello. @module */

import type { Bots } from "../log/bots.ts";
import { idOfKey, isBot, isKeyed, isPersonal, isWeakKey } from "../wire/identity.ts";
import { botBy, isBotSecret, NO_BOT } from "./bots.ts";
import type { Denial } from "./may.ts";
import type { Person, Session } from "./session.ts";

/** The ids that are let in: all, those that are proven, or those that a token or the proxy vouches for. */
export type Access = "open" | "known" | "token";

export interface Tokens {
  /** @throws {TokenKeysError} if that cannot be told now */
  verify(token: string): Promise<Person | Denial>;
}

/** The keys that tokens are checked with cannot be had: their issuer does not answer. */
export class TokenKeysError extends Error {
  override name = "TokenKeysError";

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

/** What a client says to prove its id. */
interface Proof {
  key?: string;
  token?: string;
}

const WEAK_KEY = '"key" must have 128 random bits, as 32 hexadecimal digits have: make another one, and its id';

export class Admission {
  readonly access: Access;
  readonly #tokens: Tokens | undefined;
  readonly #owners: ReadonlySet<string>;

  /** @param owners the ids that moderate the rooms that nobody owns */
  constructor(access: Access = "open", tokens?: Tokens, owners: readonly string[] = []) {
    this.access = access;
    this.#owners = new Set(owners);
    this.#tokens = tokens;
  }

  /**
   * Lets a client in that says hello.
   *
   * @param bots those that the store keeps; undefined: it keeps none
   * @returns why not; nothing, at once, if there is nothing to prove
   */
  admit(session: Session, proof: Proof, bots: Bots | undefined): Denial | undefined | Promise<Denial | undefined> {
    if (proof.token !== undefined) return this.#admitPerson(session, proof.token, bots);
    const { id } = session;
    // It has shown its secret to a store that failed then, and may have been taken back since.
    if (isBot(id)) return NO_BOT;
    // Nobody can connect under such an id but by the proxy's word.
    if (isPersonal(id)) return undefined;
    if (this.access === "token") {
      return { code: "needs_proof", message: 'This server lets in only those with a "token"' };
    }
    if (isKeyed(id)) return ownsId(id, proof.key);
    if (this.access === "open") return undefined;
    // It names no id: a request that only reads may have said none.
    return { code: "needs_proof", message: 'This server lets in only ids that are proven, by a "key" or a "token"' };
  }

  /** Whether a session whose id is proven moderates the rooms that nobody owns. */
  isOwner({ id }: Session): boolean {
    return this.#owners.has(id);
  }

  /** Takes a newer token of the same person. @returns why not */
  async renew(session: Session, token: string, bots: Bots | undefined): Promise<Denial | undefined> {
    const person = await this.#verify(token, bots);
    if ("code" in person) return person;
    if (person.id !== session.id) return { code: "bad_token", message: "The token is another person's: connect again" };
    session.become(person);
    return undefined;
  }

  async #admitPerson(session: Session, token: string, bots: Bots | undefined): Promise<Denial | undefined> {
    const person = await this.#verify(token, bots);
    if ("code" in person) return person;
    session.become(person);
    return undefined;
  }

  async #verify(token: string, bots: Bots | undefined): Promise<Person | Denial> {
    if (isBotSecret(token)) return await botBy(bots, token);
    return await this.#tokens?.verify(token) ?? { code: "bad_token", message: "This server takes no tokens" };
  }
}

async function ownsId(id: string, key: string | undefined): Promise<Denial | undefined> {
  if (key === undefined || await idOfKey(key) !== id) {
    return { code: "bad_key", message: `The id ${id} belongs to a key: "key" must be that key` };
  }
  return isWeakKey(key) ? { code: "bad_key", message: WEAK_KEY } : undefined;
}
