/**
 * The public keys of the site whose tokens are taken. A set that cannot be had is an outage, which a client can wait for; a key in it that cannot be used
 * is none, which asking again does not mend.
 *
 * @module
 */

import { incident } from "../log/incident.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { TokenKeysError } from "./admission.ts";
import type { Keys } from "./jose.d.ts";
import { createLocalJWKSet, createRemoteJWKSet, customFetch } from "./jose.ts";

export interface PublicKeys {
  keys: Keys;
  /** Tells the operator that a token is refused for its key, once for each time that the keys are fetched: strangers can cause it at will. */
  refuse(kid: unknown, cause: unknown): void;
}

/** Finds the key that a token names. It throws a {@linkcode TokenKeysError} if the set cannot be had. */
export function publicKeys(url: string, report: ReportTrouble): PublicKeys {
  const outage = incident(report, "The keys for tokens cannot be had", "The keys for tokens can be had again");
  /** No more than are in the set. */
  const refused = new Set<string>();
  const fetchKeys = async (url: string, init: RequestInit) => {
    try {
      const keys = await readKeys(await fetch(url, init));
      outage.end();
      refused.clear();
      return Response.json(keys);
    } catch (cause) {
      outage.begin(cause);
      throw new TokenKeysError("The keys for tokens cannot be had", cause);
    }
  };
  return {
    keys: createRemoteJWKSet(new URL(url), { [customFetch]: fetchKeys }),
    refuse(kid, cause) {
      // A "kid" that is no text names no key.
      const name = typeof kid === "string" ? JSON.stringify(kid) : "without a name";
      if (refused.has(name)) return;
      refused.add(name);
      report(`The key ${name} in TOKEN_JWKS cannot be used: tokens that are signed with it are refused`, cause);
    },
  };
}

/** Makes sure that it is a set: after that, what jose throws is about one of the keys, or the token. */
async function readKeys(response: Response): Promise<unknown> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`Expected the status 200: received ${response.status}`);
  }
  const keys = await response.json();
  createLocalJWKSet(keys);
  return keys;
}
