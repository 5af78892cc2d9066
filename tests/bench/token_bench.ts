/**
 * How long the others wait while people sign in with tokens: `deno run -A tests/bench/token_bench.ts`. All 200 sign-ins of a second come in the same moment, which is the
 * worst that they can do; what is measured is how long the event loop does nothing else meanwhile.
 *
 * @module
 */

import { systemClock } from "../../chat/base/clock.ts";
import { tokensBy, type TokenSettings } from "../../chat/policy/tokens.ts";
import { bySecret, keyPair, makeToken, type Signer } from "../lib/jwt.ts";

const AT_ONCE = 200;
const ROUNDS = 60;
const SECRET = "a secret of thirty-two bytes, at least";

const ALGORITHMS = ["EdDSA", "ES256", "RS256"] as const;
const pairs = await Promise.all(ALGORITHMS.map((alg) => keyPair(alg, alg)));
const keys = Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen: () => {} },
  () => Response.json({ keys: pairs.map(({ jwk }) => jwk) }),
);
print("load before", Deno.loadavg()[0]!.toFixed(1));
await measure("HS256", { secret: SECRET }, bySecret(SECRET));
for (const { signer } of pairs) {
  await measure(signer.alg, { jwks: `http://127.0.0.1:${keys.addr.port}/keys` }, signer);
}
await keys.shutdown();

async function measure(name: string, settings: TokenSettings, signer: Signer): Promise<void> {
  const { verify } = tokensBy(settings, systemClock)!;
  const exp = Math.floor(Date.now() / 1000) + 3_600;
  const held: number[] = [];
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const tokens = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => makeToken({ sub: `p${round}-${n}`, exp }, signer)),
    );
    // The first round fetches the keys and warms up.
    const [longest, all] = await meanwhile(() => Promise.all(tokens.map((token) => verify(token))));
    if (round === 0) continue;
    held.push(longest);
    took.push(all);
  }
  print(name, `others wait ${described(held)}; all ${AT_ONCE} are checked in ${described(took)}`);
}

/** @returns the longest time between two turns of the event loop while something is done, and how long that takes, in milliseconds */
async function meanwhile(work: () => Promise<unknown>): Promise<[longest: number, all: number]> {
  let [longest, isOver] = [0, false];
  const began = performance.now();
  let last = began;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  const all = performance.now() - began;
  isOver = true;
  turn();
  return [longest, all];
}

function described(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)]!.toFixed(1);
  return `${at(0.5)} ms (90 %: ${at(0.9)}, most ${at(1)})`;
}

function print(what: string, value: string): void {
  // deno-lint-ignore no-console -- printing is what it is for
  console.log(`${what.padEnd(12)} ${value}`);
}
