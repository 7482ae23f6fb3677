/** Vectors of small integers as one element of a group (protocol.md section 2.3). */

import { BoothError } from "../types.ts";
import type { AnyGroup } from "./groups.ts";

export const LARGEST_ENTRY = 255;

/**
 * Return the element that holds a vector: eight bits per entry, the first one highest.
 *
 * How many candidates are tried depends on the vector; only this device could see it.
 */
export function encodeVector(group: AnyGroup, entries: readonly number[]): unknown {
  if (entries.length > group.capacity) throw new BoothError("record_invalid");
  const packed = entries.reduce((sum, entry) => (sum << 8n) | BigInt(entry), 0n) << group.padding;
  for (let free = 0n; free < 1n << group.padding; free++) {
    const element = group.fromInteger(packed + free);
    if (element !== undefined) return element;
  }
  throw new BoothError("selection_invalid");
}
