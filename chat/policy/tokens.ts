/**
 * Checks the tokens by which a site vouches for its people: signed JWTs. Which algorithms are taken follows from the kind of the key alone, never from the
 * token. Loaded only if a setting asks for tokens.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { TOKEN_LIFE_MS, TOKEN_ROOMS, TOKEN_SKEW_MS } from "../limits.ts";
import { Invalid } from "../wire/invalid.ts";
import { readName } from "../wire/names.ts";
import { TokenKeysError, type Tokens } from "./admission.ts";
import { type Grant, isGrant } from "./grants.ts";
import { createRemoteJWKSet, errors, jwtVerify } from "./jose.ts";
import type { Denial } from "./may.ts";
import { idOfPerson } from "./person.ts";
import type { Person } from "./session.ts";

export interface TokenSettings {
  /** The secret that the tokens are signed with; or else… */
  secret?: string;
  /** …the URL of the public keys. */
  jwks?: string;
  /** The audience that a token must be made for; without it, none. */
  audience?: string;
  /** The issuer that must have made it. */
  issuer?: string;
}

const PUBLIC_KEY_ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "RS256"];

export function tokensBy({ secret, jwks, audience, issuer }: TokenSettings, clock: Clock): Tokens {
  const keys = secret === undefined ? createRemoteJWKSet(new URL(jwks!)) : new TextEncoder().encode(secret);
  const algorithms = secret === undefined ? PUBLIC_KEY_ALGORITHMS : ["HS256"];
  const verify = async (token: string) => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      audience,
      issuer,
      clockTolerance: TOKEN_SKEW_MS / 1000,
      currentDate: new Date(clock.now()),
      requiredClaims: ["sub", "exp"],
    });
    // jose passes over an audience that nobody asked for: then the token was made for somebody else.
    if (audience === undefined && payload.aud !== undefined) throw new Invalid("it is for another audience");
    return personOf(payload, clock);
  };
  return { verify: (token) => verify(token).catch(denialOf) };
}

function personOf({ sub, exp, name, rooms }: Record<string, unknown>, clock: Clock): Person {
  const leftMs = Number(exp) * 1000 - clock.now();
  if (leftMs > TOKEN_LIFE_MS + TOKEN_SKEW_MS) {
    throw new Invalid(`"exp" is more than ${TOKEN_LIFE_MS / 3_600_000} hours ahead`);
  }
  if (typeof sub !== "string" || sub === "") throw new Invalid('"sub" must be a string');
  return { id: idOfPerson(sub), name: nameOf(name), rooms: grantsOf(rooms), untilMs: clock.elapsed() + leftMs };
}

/** A name that cannot be shown must not keep anybody out. */
function nameOf(name: unknown): string | undefined {
  try {
    return name === undefined ? undefined : readName(name);
  } catch (error) {
    if (error instanceof Invalid) return undefined;
    throw error;
  }
}

function grantsOf(rooms: unknown): Grant[] | undefined {
  if (rooms === undefined) return undefined;
  if (Array.isArray(rooms) && rooms.length <= TOKEN_ROOMS && rooms.every(isGrant)) return rooms;
  throw new Invalid(
    `"rooms" must be a list of at most ${TOKEN_ROOMS}, each {"room":"ops-*","may":"read"|"write"|"moderate"}`,
  );
}

function denialOf(error: unknown): Denial {
  if (error instanceof Invalid) return { code: "bad_token", message: `The token is refused: ${error.message}` };
  if (!(error instanceof errors.JOSEError)) throw new TokenKeysError("The keys for tokens cannot be had", error);
  switch (error.code) {
    case "ERR_JWT_EXPIRED":
      return { code: "expired", message: "The token has expired: get a new one" };
    case "ERR_JWKS_TIMEOUT":
    case "ERR_JWKS_INVALID":
    case "ERR_JOSE_GENERIC":
      throw new TokenKeysError("The keys for tokens cannot be had", error);
    default:
      return { code: "bad_token", message: `The token is refused: ${error.message}` };
  }
}
