/** The three groups of protocol.md section 2, written multiplicatively. */

import { BoothError } from "../types.ts";
import { integer, sha256 } from "./digests.ts";
import { ed25519Group } from "./ed25519.ts";
import { belenios2048, rfc3526 } from "./finite_field.ts";

export interface Group<E> {
  readonly name: string;
  readonly q: bigint;
  readonly generator: E;
  /** Read enc(X) with the full check: form and membership; the identity is refused. */
  decode(text: string): E;
  /** Return enc of many elements: cheaper together than one by one. */
  encode(elements: readonly E[]): string[];
  multiply(a: E, b: E): E;
  /** Return base^x for any x in [0, q), by a table that is made once per base. */
  fixedBase(base: E): (exponent: bigint) => E;
  /** Entries of the longest vector that one element holds; 0 = none (section 2.3). */
  readonly capacity: number;
  /** Free bits below the entries of a vector. */
  readonly padding: bigint;
  /** Return the element of an integer, the identity too; undefined when there is none. */
  fromInteger(value: bigint): E | undefined;
}

// An element is read by its own group only.
export type AnyGroup = Group<unknown>;

const makers: Record<string, () => AnyGroup> = {
  Ed25519: ed25519Group,
  "BELENIOS-2048": belenios2048,
  "RFC-3526-2048": rfc3526,
};
const made = new Map<string, AnyGroup>();

/** Return the group of this name; no other is known (attack P07). */
export function groupNamed(name: string): AnyGroup {
  const known = made.get(name);
  if (known !== undefined) return known;
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make === undefined) throw new BoothError("record_invalid");
  const group = make();
  made.set(name, group);
  return group;
}

/** H(P; A1,…,Am): SHA-256 of prefix and elements, modulo q (protocol.md section 1). */
export function hashToScalar(group: AnyGroup, prefix: string, elements: readonly unknown[]): bigint {
  const text = prefix + group.encode(elements).join(",");
  return integer(sha256(text)) % group.q;
}

/** The least non-negative residue. */
export function modulo(a: bigint, q: bigint): bigint {
  const rest = a % q;
  return rest < 0n ? rest + q : rest;
}
