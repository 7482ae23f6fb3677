/** Where the modules of a QR code stand, and which mask makes them easiest to read. */

export type Matrix = boolean[][];

const FORMAT_M = 0; // bits of error correction level M
const FINDER_PENALTY = 40;

interface Board {
  size: number;
  dark: Matrix;
  fixed: Matrix;
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Place the codewords under the mask with the least penalty. */
export function place(version: number, words: readonly number[]): Matrix {
  const candidates = MASKS.map((_mask, number) => masked(version, words, number));
  const penalties = candidates.map(penalty);
  return candidates[penalties.indexOf(Math.min(...penalties))] as Matrix;
}

/** The code under one mask. */
export function masked(version: number, words: readonly number[], number: number): Matrix {
  const board = empty(version);
  drawFormat(board, number);
  drawWords(board, words, MASKS[number] as (x: number, y: number) => boolean);
  return board.dark;
}

function empty(version: number): Board {
  const size = 17 + 4 * version;
  const grid = () => Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const board = { size, dark: grid(), fixed: grid() };
  for (let at = 0; at < size; at++) {
    set(board, 6, at, at % 2 === 0);
    set(board, at, 6, at % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) drawRing(board, x, y, 4);
  const places = alignments(version, size);
  const last = places.length - 1;
  places.forEach((x, i) =>
    places.forEach((y, j) => {
      const corner = (i === 0 && (j === 0 || j === last)) || (i === last && j === 0);
      if (!corner) drawRing(board, x, y, 2);
    }),
  );
  if (version >= 7) drawVersion(board, version);
  return board;
}

function set({ dark, fixed }: Board, x: number, y: number, value: boolean): void {
  (dark[y] as boolean[])[x] = value;
  (fixed[y] as boolean[])[x] = true;
}

/** A finder (reach 4) or alignment pattern (reach 2) around its centre. */
function drawRing(board: Board, x: number, y: number, reach: number): void {
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const [at, row] = [x + dx, y + dy];
      if (at < 0 || row < 0 || at >= board.size || row >= board.size) continue;
      const ring = Math.max(Math.abs(dx), Math.abs(dy));
      set(board, at, row, reach === 4 ? ring !== 2 && ring !== 4 : ring !== 1);
    }
  }
}

function alignments(version: number, size: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((size - 13) / (2 * count - 2)) * 2;
  const found = [6];
  for (let at = size - 7; found.length < count; at -= step) found.splice(1, 0, at);
  return found;
}

function drawFormat(board: Board, mask: number): void {
  const data = (FORMAT_M << 3) | mask;
  let rest = data;
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (at: number) => ((bits >> at) & 1) === 1;
  const { size } = board;
  for (let i = 0; i <= 5; i++) set(board, 8, i, bit(i));
  set(board, 8, 7, bit(6));
  set(board, 8, 8, bit(7));
  set(board, 7, 8, bit(8));
  for (let i = 9; i < 15; i++) set(board, 14 - i, 8, bit(i));
  for (let i = 0; i < 8; i++) set(board, size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i++) set(board, 8, size - 15 + i, bit(i));
  set(board, 8, size - 8, true);
}

function drawVersion(board: Board, version: number): void {
  let rest = version;
  for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i++) {
    const [a, b] = [board.size - 11 + (i % 3), Math.floor(i / 3)];
    set(board, a, b, ((bits >> i) & 1) === 1);
    set(board, b, a, ((bits >> i) & 1) === 1);
  }
}

/** Fill the free modules in the zigzag of two columns, from the lower right corner. */
function drawWords(
  { size, dark, fixed }: Board,
  words: readonly number[],
  mask: (x: number, y: number) => boolean,
): void {
  let at = 0;
  let upwards = true;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = upwards ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y]?.[x]) continue;
        const bit = at < words.length * 8 && (((words[at >> 3] as number) >> (7 - (at & 7))) & 1) === 1;
        (dark[y] as boolean[])[x] = bit !== mask(x, y);
        at += 1;
      }
    }
    upwards = !upwards;
  }
}

const FINDER_LIKE = ["00001011101", "10111010000"];

/** How hard a code is to read: runs, blocks, what looks like a finder, imbalance. */
function penalty(dark: Matrix): number {
  const size = dark.length;
  const rows = dark.map((row) => row.map((one) => (one ? "1" : "0")).join(""));
  const columns = rows.map((_row, x) => rows.map((row) => row[x]).join(""));
  let sum = 0;
  for (const line of [...rows, ...columns]) {
    for (const run of line.matchAll(/0{5,}|1{5,}/g)) sum += run[0].length - 2;
    for (let at = 0; at + 11 <= size; at++) {
      if (FINDER_LIKE.includes(line.slice(at, at + 11))) sum += FINDER_PENALTY;
    }
  }
  for (let y = 0; y + 1 < size; y++) {
    for (let x = 0; x + 1 < size; x++) {
      const pair = rows[y]?.slice(x, x + 2);
      if ((pair === "00" || pair === "11") && rows[y + 1]?.slice(x, x + 2) === pair) sum += 3;
    }
  }
  const share = (rows.join("").replaceAll("0", "").length * 100) / (size * size);
  return sum + 10 * Math.floor(Math.abs(share - 50) / 5);
}
