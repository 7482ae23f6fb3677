/** Randomness and unbiased drawing. */

import { BoothError } from "../types.ts";
import { integer } from "./digests.ts";

/** n -> n bytes from the system's generator; injected in tests. */
export type Randomness = (size: number) => Uint8Array;

/**
 * Draw from the browser's generator.
 *
 * There is no fallback: without crypto.getRandomValues nothing is sealed (attack P09).
 */
export function systemRandomness(size: number): Uint8Array {
  const source = globalThis.crypto;
  if (typeof source?.getRandomValues !== "function") throw new BoothError("no_randomness");
  return source.getRandomValues(new Uint8Array(size));
}

/** Draw from [0, limit) by rejection, never by reduction (attack P05). */
export function uniformBelow(limit: bigint, randomness: Randomness): bigint {
  const bits = limit.toString(2).length;
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    const candidate = integer(randomness((bits + 7) >> 3)) & mask;
    if (candidate < limit) return candidate;
  }
}

/** Draw a scalar from [1, q): zero would encrypt to the identity. */
export function drawScalar(q: bigint, randomness: Randomness): bigint {
  return 1n + uniformBelow(q - 1n, randomness);
}
