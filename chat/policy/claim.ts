/** Claims: somebody who opens the link of one moderates the rooms that nobody owns. @module */

import type { Identities } from "../log/identities.ts";
import { hashOf } from "../wire/names.ts";

/** Makes a claim, in the place of an earlier one. @returns the path of its link, which is good once */
export async function makeClaim(identities: Identities): Promise<string> {
  const secret = crypto.getRandomValues(new Uint8Array(16)).toHex();
  await identities.offer(await hashOf(secret));
  return `/i#claim.${secret}`;
}
