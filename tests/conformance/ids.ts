/** Ids that belong to a key, as the protocol says. @module */

export async function toId(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return `k-${new Uint8Array(hash).toHex().slice(0, 32)}`;
}
