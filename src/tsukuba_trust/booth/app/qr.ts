/**
 * QR codes, drawn in the booth: a server's picture could show another ballot (attack B06).
 *
 * Byte mode, error correction M, versions 1 to 13, as ISO/IEC 18004 has them.
 */

import { GaloisPolynomial, remainder } from "./qr_correction.ts";
import { type Matrix, place } from "./qr_matrix.ts";

/** Per version: codewords of correction per block, blocks, data codewords in all (level M). */
const VERSIONS: readonly [number, number, number][] = [
  [10, 1, 16],
  [16, 1, 28],
  [26, 1, 44],
  [18, 2, 64],
  [24, 2, 86],
  [16, 4, 108],
  [18, 4, 124],
  [22, 4, 154],
  [22, 5, 182],
  [26, 5, 216],
  [30, 5, 254],
  [22, 8, 290],
  [22, 9, 334],
];

/** The smallest version that takes a text of this many bytes. */
function versionFor(length: number): number {
  const index = VERSIONS.findIndex(([, , data], at) => length + (at >= 9 ? 3 : 2) <= data);
  if (index < 0) throw new RangeError("too long for a QR code");
  return index + 1;
}

/** Data codewords: mode, length, bytes, terminator, padding. */
function dataWords(bytes: Uint8Array, version: number): number[] {
  const [, , capacity] = VERSIONS[version - 1] as [number, number, number];
  const bits: number[] = [];
  const push = (value: number, width: number) => {
    for (let bit = width - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  push(4, 4);
  push(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) push(byte, 8);
  push(0, Math.min(4, capacity * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    words.push(bits.slice(at, at + 8).reduce((sum, bit) => 2 * sum + bit, 0));
  }
  for (let pad = 0xec; words.length < capacity; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

/** Interleave the blocks and their correction words. */
function allWords(words: number[], version: number): number[] {
  const [correction, count, capacity] = VERSIONS[version - 1] as [number, number, number];
  const divisor: GaloisPolynomial = GaloisPolynomial.generator(correction);
  const short = Math.floor(capacity / count);
  const shortBlocks = count - (capacity % count);
  const blocks: number[][] = [];
  let at = 0;
  for (let block = 0; block < count; block++) {
    const size = short + (block < shortBlocks ? 0 : 1);
    blocks.push(words.slice(at, at + size));
    at += size;
  }
  const corrections = blocks.map((block) => remainder(block, divisor));
  return [...interleaved(blocks), ...interleaved(corrections)];
}

function interleaved(blocks: number[][]): number[] {
  const longest = Math.max(...blocks.map((block) => block.length));
  const found: number[] = [];
  for (let at = 0; at < longest; at++) {
    for (const block of blocks) if (at < block.length) found.push(block[at] as number);
  }
  return found;
}

/** The modules of a text's code, row by row; true is dark. */
export function qrMatrix(text: string): Matrix {
  const bytes = new TextEncoder().encode(text);
  const version = versionFor(bytes.length);
  return place(version, allWords(dataWords(bytes, version), version));
}
