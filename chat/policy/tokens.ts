/**
 * Checks the tokens by which a site vouches for its people: signed JWTs. Which algorithms are taken follows from the kind of the key alone, never from the
 * token. Loaded only if a setting asks for tokens.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { ReportTrouble } from "../logging/logger.ts";
import { TOKEN_LIFE_MS, TOKEN_ROOMS, TOKEN_SKEW_MS } from "../limits.ts";
import { Invalid } from "../wire/invalid.ts";
import { readName } from "../wire/names.ts";
import { TokenKeysError, type Tokens } from "./admission.ts";
import { type Grant, isGrant } from "./grants.ts";
import { decodeProtectedHeader, errors, jwtVerify } from "./jose.ts";
import type { Denial } from "./may.ts";
import { idOfPerson } from "./person.ts";
import { publicKeys } from "./public_keys.ts";
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

/** @param report is told of keys that cannot be had, or used */
export function tokensBy(settings: TokenSettings, clock: Clock, report: ReportTrouble = () => {}): Tokens {
  const { secret, jwks, audience, issuer } = settings;
  const site = secret === undefined ? publicKeys(jwks!, report) : undefined;
  const keys = site?.keys ?? new TextEncoder().encode(secret);
  const algorithms = site === undefined ? ["HS256"] : PUBLIC_KEY_ALGORITHMS;
  const verify = async (token: string) => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      audience,
      issuer,
      clockTolerance: TOKEN_SKEW_MS / 1000,
      currentDate: new Date(clock.now()),
      requiredClaims: ["sub", "exp"],
    }).catch((error) => {
      if (site === undefined || !isOfKey(error)) throw error;
      site.refuse(decodeProtectedHeader(token).kid, error);
      throw new Invalid("its key cannot be used");
    });
    // jose passes over an audience that nobody asked for: then the token was made for somebody else.
    if (audience === undefined && payload.aud !== undefined) throw new Invalid("it is for another audience");
    return personOf(payload, clock);
  };
  return { verify: (token) => verify(token).catch(denialOf) };
}

/** Whether a token is refused for a key that cannot be used, of which the client is to hear no more than that. */
function isOfKey(error: unknown): boolean {
  if (error instanceof TokenKeysError) return false;
  // It is a private key: that this is a set was checked before.
  return !(error instanceof errors.JOSEError) || error.code === "ERR_JWKS_INVALID";
}

function personOf({ sub, exp, name, rooms }: Record<string, unknown>, clock: Clock): Person {
  const leftMs = Number(exp) * 1000 - clock.now();
  if (leftMs > TOKEN_LIFE_MS + TOKEN_SKEW_MS) {
    throw new Invalid(`"exp" is more than ${TOKEN_LIFE_MS / 3_600_000} hours ahead`);
  }
  if (typeof sub !== "string" || sub === "") throw new Invalid('"sub" must be a string');
  return { id: idOfPerson(sub), name: nameOf(name), rooms: grantsOf(rooms), expiresAtMs: clock.elapsed() + leftMs };
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
  if (error instanceof errors.JOSEError && error.code === "ERR_JWT_EXPIRED") {
    return { code: "expired", message: "The token has expired: get a new one" };
  }
  if (error instanceof Invalid || error instanceof errors.JOSEError) {
    return { code: "bad_token", message: `The token is refused: ${error.message}` };
  }
  throw error;
}
