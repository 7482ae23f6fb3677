/** Hashes and proofs of the log's tree (board.md 1.1, 1.2; RFC 9162). Sizes up to 2^53. */

import { sha256 } from "../crypto/digests.ts";
import { BoothError } from "../types.ts";

export const HASH_SIZE = 32;
const LONGEST_PROOF = 63;

function joined(prefix: number, ...parts: Uint8Array[]): Uint8Array {
  const data = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  data[0] = prefix;
  let at = 1;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return data;
}

export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(joined(0, entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(joined(1, left, right));
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The root of leaves that come one by one, in the memory of one path. */
export class Frontier {
  readonly #peaks: { hash: Uint8Array; count: number }[] = [];

  append(leaf: Uint8Array): void {
    let peak = { hash: leaf, count: 1 };
    for (let left = this.#peaks.at(-1); left?.count === peak.count; left = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { hash: nodeHash(left.hash, peak.hash), count: 2 * left.count };
    }
    this.#peaks.push(peak);
  }

  /** Undefined while nothing was appended. */
  root(): Uint8Array | undefined {
    return this.#peaks.map(({ hash }) => hash).reduceRight<Uint8Array | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    );
  }
}

const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;

/** Check that a leaf stands at an index of the tree with this size and root. */
export function checkInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  const refuse = () => new BoothError("inclusion_invalid");
  if (!(index >= 0 && index < size) || proof.length > LONGEST_PROOF) throw refuse();
  let [f, s, r] = [index, size - 1, leaf];
  for (const p of proof) {
    if (s === 0) throw refuse();
    if (isOdd(f) || f === s) {
      r = nodeHash(p, r);
      while (!isOdd(f) && f !== 0) [f, s] = [half(f), half(s)];
    } else {
      r = nodeHash(r, p);
    }
    [f, s] = [half(f), half(s)];
  }
  if (s !== 0 || !sameHash(r, root)) throw refuse();
}

/** Check that the tree of size m with one root is the beginning of that of size n. */
export function checkConsistency(
  m: number,
  n: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
): void {
  const refuse = () => new BoothError("fork");
  if (m > n || proof.length > LONGEST_PROOF) throw refuse();
  if (m === n || m === 0) {
    if (proof.length !== 0 || (m === n && !sameHash(oldRoot, newRoot))) throw refuse();
    return;
  }
  if (proof.length === 0) throw refuse();
  const path = isPowerOfTwo(m) ? [oldRoot, ...proof] : proof;
  let [f, s] = [m - 1, n - 1];
  while (isOdd(f)) [f, s] = [half(f), half(s)];
  let a = path[0] as Uint8Array;
  let b = a;
  for (const c of path.slice(1)) {
    if (s === 0) throw refuse();
    if (isOdd(f) || f === s) {
      [a, b] = [nodeHash(c, a), nodeHash(c, b)];
      while (!isOdd(f) && f !== 0) [f, s] = [half(f), half(s)];
    } else {
      b = nodeHash(b, c);
    }
    [f, s] = [half(f), half(s)];
  }
  if (s !== 0 || !sameHash(a, oldRoot) || !sameHash(b, newRoot)) throw refuse();
}

function isPowerOfTwo(n: number): boolean {
  return (BigInt(n) & BigInt(n - 1)) === 0n;
}
