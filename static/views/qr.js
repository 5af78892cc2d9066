/**
 * A text as a QR code: bytes, error correction of level M, the smallest version that takes it (ISO/IEC 18004).
 *
 * @module
 */

/** For each version: the codewords for error correction in a block, and the blocks. */
const VERSIONS = [
  [10, 1],
  [16, 1],
  [26, 1],
  [18, 2],
  [24, 2],
  [16, 4],
  [18, 4],
  [22, 4],
  [22, 5],
  [26, 5],
  [30, 5],
  [22, 8],
  [22, 9],
  [24, 9],
  [24, 10],
];

/** @typedef {{ size: number, dark: boolean[][], fixed: boolean[][] }} Grid modules by row, and which of them hold no data */

/**
 * The code's modules by row, the dark ones true, without the quiet zone of four around them.
 *
 * @param {string} text at most `CODE_BYTES` of UTF-8
 * @returns {boolean[][] | undefined} nothing if it is too long
 */
export function codeOf(text) {
  const bytes = [...new TextEncoder().encode(text)];
  const version = VERSIONS.findIndex((_, i) => bytes.length + (i < 9 ? 2 : 3) <= dataCodewords(i + 1)) + 1;
  if (version === 0) return undefined;
  const codewords = interleave(version, encode(version, bytes));
  const grids = Array.from({ length: 8 }, (_, mask) => draw(version, codewords, mask));
  grids.sort((a, b) => penalty(a) - penalty(b));
  return grids[0]?.dark;
}

/** @param {number} version */
function allCodewords(version) {
  const aligned = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const alignment = aligned === 0 ? 0 : (25 * aligned - 10) * aligned - 55;
  return Math.floor(((16 * version + 128) * version + 64 - alignment - (version < 7 ? 0 : 36)) / 8);
}

/** @param {number} version @returns {[ecc: number, blocks: number]} */
function correction(version) {
  const [ecc = 0, blocks = 1] = VERSIONS[version - 1] ?? [];
  return [ecc, blocks];
}

/** @param {number} version */
function dataCodewords(version) {
  const [ecc, blocks] = correction(version);
  return allCodewords(version) - ecc * blocks;
}

/** @param {number} version @param {number[]} bytes */
function encode(version, bytes) {
  const bits = (/** @type {number} */ value, /** @type {number} */ length) => value.toString(2).padStart(length, "0");
  const length = dataCodewords(version);
  const stream = `0100${bits(bytes.length, version < 10 ? 8 : 16)}${bytes.map((byte) => bits(byte, 8)).join("")}0000`;
  const codewords = (stream.slice(0, 8 * length).match(/.{1,8}/g) ?? []).map((each) =>
    parseInt(each.padEnd(8, "0"), 2)
  );
  for (let i = 0; codewords.length < length; i++) codewords.push(i % 2 === 0 ? 0xec : 0x11);
  return codewords;
}

/** Blocks of data with their error correction, dealt out in turn. @param {number} version @param {number[]} data */
function interleave(version, data) {
  const [ecc, count] = correction(version);
  const long = data.length % count;
  const size = Math.floor(data.length / count);
  const blocks = Array.from({ length: count }, (_, i) => {
    const begin = i * size + Math.max(0, i - (count - long));
    return data.slice(begin, begin + size + (i < count - long ? 0 : 1));
  });
  const deal = (/** @type {number[][]} */ piles) => {
    const rounds = Array.from({ length: Math.max(...piles.map((pile) => pile.length)) }, (_, i) => i);
    return rounds.flatMap((i) => piles.flatMap((pile) => pile.slice(i, i + 1)));
  };
  return [...deal(blocks), ...deal(blocks.map((block) => remainder(block, ecc)))];
}

/** The product of two elements of the field of 256. @param {number} a @param {number} b */
function times(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i--) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> i) & 1) * a);
  return product;
}

/** What Reed and Solomon add to a block. @param {number[]} block @param {number} degree */
function remainder(block, degree) {
  let divisor = [1];
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2)) {
    const by = root;
    divisor = [...divisor, 0].map((each, j) => each ^ times(divisor[j - 1] ?? 0, by));
  }
  const rest = [...block, ...divisor.slice(1).fill(0)];
  for (let i = 0; i < block.length; i++) {
    const factor = rest[i] ?? 0;
    divisor.forEach((each, j) => rest[i + j] = (rest[i + j] ?? 0) ^ times(each, factor));
  }
  return rest.slice(block.length);
}

/** A module of the data is turned round where this is 0. @type {((x: number, y: number) => number)[]} */
const MASKS = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => x * y % 2 + x * y % 3,
  (x, y) => (x * y % 2 + x * y % 3) % 2,
  (x, y) => ((x + y) % 2 + x * y % 3) % 2,
];

/** @param {number} version @param {number[]} codewords @param {number} mask @returns {Grid} */
function draw(version, codewords, mask) {
  const size = 17 + 4 * version;
  const empty = () => Array.from({ length: size }, () => Array(size).fill(false));
  const grid = { size, dark: empty(), fixed: empty() };
  drawPatterns(grid, version);
  drawFormat(grid, mask);
  if (version >= 7) drawVersion(grid, version);
  let i = 0;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
    const upward = ((right + 1) & 2) === 0;
    for (let n = 0; n < size; n++) {
      const y = upward ? size - 1 - n : n;
      for (const x of [right, right - 1]) {
        const row = grid.dark[y];
        if (row === undefined || grid.fixed[y]?.[x]) continue;
        const bit = ((codewords[i >> 3] ?? 0) >> (7 - (i & 7))) & 1;
        row[x] = (bit === 1) !== (MASKS[mask]?.(x, y) === 0);
        i++;
      }
    }
  }
  return grid;
}

/** @param {Grid} grid @param {number} x @param {number} y @param {boolean} dark */
function fix({ dark: rows, fixed }, x, y, dark) {
  const [row, taken] = [rows[y], fixed[y]];
  if (row === undefined || taken === undefined || x < 0 || x >= row.length) return;
  row[x] = dark;
  taken[x] = true;
}

/** Squares within each other: dark ones at these distances from the middle. @param {Grid} grid @param {number} x @param {number} y @param {number} radius @param {number[]} distances */
function square(grid, x, y, radius, distances) {
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) {
      fix(grid, x + dx, y + dy, distances.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }
}

/** @param {Grid} grid @param {number} version */
function drawPatterns(grid, version) {
  const { size } = grid;
  for (let i = 0; i < size; i++) {
    fix(grid, 6, i, i % 2 === 0);
    fix(grid, i, 6, i % 2 === 0);
  }
  const ends = [[3, 3], [size - 4, 3], [3, size - 4]];
  for (const [x = 0, y = 0] of ends) square(grid, x, y, 4, [0, 1, 3]);
  if (version === 1) return;
  const count = Math.floor(version / 7) + 2;
  const step = 2 * Math.ceil((size - 13) / (2 * count - 2));
  const places = [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - (count - 2 - i) * step)];
  for (const x of places) {
    for (const y of places) {
      const taken = [[6, 6], [6, size - 7], [size - 7, 6]].some(([a, b]) => a === x && b === y);
      if (!taken) square(grid, x, y, 2, [0, 2]);
    }
  }
}

/** A number and what corrects it. @param {number} value @param {number} length of the correction @param {number} divisor */
function corrected(value, length, divisor) {
  let rest = value;
  for (let i = 0; i < length; i++) rest = (rest << 1) ^ ((rest >> (length - 1)) * divisor);
  return (value << length) | rest;
}

/** @param {Grid} grid @param {number} mask */
function drawFormat(grid, mask) {
  const { size } = grid;
  const bits = corrected(mask, 10, 0x537) ^ 0x5412;
  for (let i = 0; i < 15; i++) {
    const dark = ((bits >> i) & 1) === 1;
    if (i < 8) fix(grid, 8, i < 6 ? i : i + 1, dark);
    else fix(grid, i === 8 ? 7 : 14 - i, 8, dark);
    if (i < 8) fix(grid, size - 1 - i, 8, dark);
    else fix(grid, 8, size - 15 + i, dark);
  }
  fix(grid, 8, size - 8, true);
}

/** @param {Grid} grid @param {number} version */
function drawVersion(grid, version) {
  const bits = corrected(version, 12, 0x1f25);
  for (let i = 0; i < 18; i++) {
    const [a, b] = [grid.size - 11 + i % 3, Math.floor(i / 3)];
    fix(grid, a, b, ((bits >> i) & 1) === 1);
    fix(grid, b, a, ((bits >> i) & 1) === 1);
  }
}

/** How hard a code is to read: long runs, squares, what looks like a corner, and too much of one colour. @param {Grid} grid */
function penalty({ size, dark }) {
  const rows = dark.map((row) => row.map(Number).join(""));
  const columns = dark.map((_, x) => dark.map((row) => Number(row[x])).join(""));
  let sum = 0;
  for (const line of [...rows, ...columns]) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    sum += 40 * [...line.matchAll(/(?=10111010000|00001011101)/g)].length;
  }
  for (let y = 1; y < size; y++) {
    for (let x = 1; x < size; x++) {
      const four = `${rows[y - 1]?.slice(x - 1, x + 1)}${rows[y]?.slice(x - 1, x + 1)}`;
      if (four === "0000" || four === "1111") sum += 3;
    }
  }
  const share = rows.join("").replaceAll("0", "").length / size ** 2;
  return sum + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}
