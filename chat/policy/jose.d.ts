/** The part of `jose` that the service uses: it checks signed tokens. */

/** The claims of a token, of which only the signature is known to be right. */
export interface Verified {
  payload: Record<string, unknown>;
}

export interface VerifyOptions {
  algorithms: string[];
  issuer?: string;
  audience?: string;
  /** In seconds. */
  clockTolerance: number;
  currentDate: Date;
  requiredClaims: string[];
}

/** A secret, or what finds the key that a token names. */
export type Keys = Uint8Array | ((header: object, token: object) => Promise<CryptoKey>);

export function jwtVerify(token: string, keys: Keys, options: VerifyOptions): Promise<Verified>;

/** @throws {JOSEError} if it is no set of keys */
export function createLocalJWKSet(keys: unknown): Keys;

/** What is used instead of `fetch`. */
export const customFetch: symbol;
export function createRemoteJWKSet(
  url: URL,
  options: Record<symbol, (url: string, init: RequestInit) => Promise<Response>>,
): Keys;

/** What a token says of its signature, which nobody has checked. */
export function decodeProtectedHeader(token: string): { kid?: unknown };

/** Every error that a token causes; others are about the keys. */
export const errors: {
  JOSEError: new () => Error & { code: string };
};
