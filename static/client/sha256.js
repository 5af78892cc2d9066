/**
 * SHA-256 (FIPS 180-4) where the browser does not offer its own: it does so on secure origins only, not on plain http:// within a
 * network. The bytes are few, and known to this page alone: neither speed nor even timing matters.
 *
 * @module
 */

/** The first 32 bits of the fractional parts of roots of the first primes. @param {number} count @param {number} power */
function fractions(count, power) {
  const found = [];
  for (let n = 2; found.length < count; n++) {
    let divisor = 2;
    while (n % divisor !== 0) divisor++;
    if (divisor === n) found.push((n ** power % 1) * 2 ** 32 | 0);
  }
  return found;
}

const ROUNDS = fractions(64, 1 / 3);
const START = fractions(8, 1 / 2);

/** @param {number} word @param {number} by */
const turn = (word, by) => word >>> by | word << 32 - by;

/** @param {Uint8Array} bytes @returns {Uint8Array} */
export function sha256(bytes) {
  const blocks = Math.ceil((bytes.length + 9) / 64);
  const padded = new DataView(new ArrayBuffer(64 * blocks));
  bytes.forEach((byte, i) => padded.setUint8(i, byte));
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(64 * blocks - 8, bytes.length / 2 ** 29);
  padded.setUint32(64 * blocks - 4, bytes.length << 3);
  const hash = Int32Array.from(START);
  for (let block = 0; block < blocks; block++) mix(hash, padded, 64 * block);
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

/** @param {Int32Array} hash @param {DataView} data @param {number} offset */
function mix(hash, data, offset) {
  const w = new Int32Array(64);
  for (let t = 0; t < 64; t++) {
    const [early, late] = [w[t - 15] ?? 0, w[t - 2] ?? 0];
    const s0 = turn(early, 7) ^ turn(early, 18) ^ early >>> 3;
    const s1 = turn(late, 17) ^ turn(late, 19) ^ late >>> 10;
    w[t] = t < 16 ? data.getInt32(offset + 4 * t) : (w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let t = 0; t < 64; t++) {
    const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = h + sum1 + (e & f ^ ~e & g) + (ROUNDS[t] ?? 0) + (w[t] ?? 0) | 0;
    const sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + sum0 + (a & b ^ a & c ^ b & c) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => hash[i] = (hash[i] ?? 0) + word);
}
