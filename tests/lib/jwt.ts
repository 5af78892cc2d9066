/** Makes tokens (JWTs) as a site does that vouches for its people, and as somebody does who would like to be one. @module */

/** How a token is signed: the algorithm that it names, and the key that makes the signature. */
export interface Signer {
  alg: string;
  kid?: string;
  sign(data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

const utf8 = new TextEncoder();

/** Signs with a secret: `HS256`, or any hash that WebCrypto has. */
export function bySecret(secret: string | Uint8Array<ArrayBuffer>, hash: "SHA-256" | "SHA-512" = "SHA-256"): Signer {
  const bytes = typeof secret === "string" ? utf8.encode(secret) : secret;
  const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign"]);
  return { alg: `HS${hash.slice(4)}`, sign: async (data) => await crypto.subtle.sign("HMAC", await key, data) };
}

/** Signs nothing. */
export const UNSIGNED: Signer = { alg: "none", sign: () => Promise.resolve(new ArrayBuffer()) };

const ALGORITHMS = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  RS256: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
};

/** Makes a pair of keys: what signs with it, the private one, and the public one, as a JWK and as it may be taken for a secret. */
export async function keyPair(
  alg: keyof typeof ALGORITHMS,
  kid = "1",
): Promise<{ signer: Signer; jwk: JsonWebKey; privateJwk: JsonWebKey; asSecret: Uint8Array<ArrayBuffer> }> {
  const algorithm = ALGORITHMS[alg];
  const made = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { privateKey, publicKey } = made as CryptoKeyPair;
  const spki = encodeBase64(await crypto.subtle.exportKey("spki", publicKey));
  const jwkOf = async (key: CryptoKey) => ({
    ...await crypto.subtle.exportKey("jwk", key),
    kid,
    alg,
    use: "sig",
    key_ops: undefined,
  });
  return {
    signer: { alg, kid, sign: (data) => crypto.subtle.sign(algorithm, privateKey, data) },
    jwk: await jwkOf(publicKey),
    privateJwk: await jwkOf(privateKey),
    asSecret: utf8.encode(`-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`),
  };
}

/** Makes a token with these claims. */
export async function makeToken(claims: Record<string, unknown>, { alg, kid, sign }: Signer): Promise<string> {
  const parts = [{ alg, typ: "JWT", kid }, claims].map((part) => base64Url(utf8.encode(JSON.stringify(part))));
  const signed = parts.join(".");
  return `${signed}.${base64Url(new Uint8Array(await sign(utf8.encode(signed))))}`;
}

function encodeBase64(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

function base64Url(bytes: Uint8Array<ArrayBuffer>): string {
  return encodeBase64(bytes.buffer).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
