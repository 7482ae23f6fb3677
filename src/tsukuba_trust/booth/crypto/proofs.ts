/** Proofs of protocol.md sections 1 and 6.1. The response is *minus*: w − secret·challenge. */

import type { ProofJson } from "../types.ts";
import { type AnyGroup, hashToScalar, modulo } from "./groups.ts";
import { type Randomness, uniformBelow } from "./random.ts";

type Power = (exponent: bigint) => unknown;

/** What every proof of one ballot needs: the group, and powers of g and y by tables. */
export interface Prover {
  group: AnyGroup;
  g: Power;
  y: Power;
  randomness: Randomness;
}

/**
 * A branch (α, β) of an OR-proof as its maker knows it: α = g^r, β = y^r·g^excess.
 *
 * The claim is that the excess of one branch is 0. Because r is known, the commitments of
 * the false branches are powers of g and y too, and all of them come from tables.
 */
export interface Branch {
  r: bigint;
  excess: bigint;
}

function proofJson(challenge: bigint, response: bigint): ProofJson {
  return { challenge: String(challenge), response: String(response) };
}

/** Prove that the maker knows the secret x of X = g^x. The prefix names X or a signed text. */
export function proveKnowledge(
  group: AnyGroup,
  g: Power,
  prefix: string,
  secret: bigint,
  randomness: Randomness,
): ProofJson {
  const w = uniformBelow(group.q, randomness);
  const challenge = hashToScalar(group, prefix, [g(w)]);
  return proofJson(challenge, modulo(w - secret * challenge, group.q));
}

/** Prove that one branch is (g^r, y^r), without saying which. */
export function proveOr(
  prover: Prover,
  prefix: string,
  branches: readonly Branch[],
  trueIndex: number,
): ProofJson[] {
  const { group, g, y, randomness } = prover;
  const q = group.q;
  const challenges: bigint[] = [];
  const exponents: bigint[] = []; // of g and y in the commitment: z + r·e, or w
  const commitments: unknown[] = [];
  branches.forEach((branch, i) => {
    const e = i === trueIndex ? 0n : uniformBelow(q, randomness);
    const exponent = uniformBelow(q, randomness);
    // The true branch takes the same steps: its excess is 0.
    const extra = g(modulo(branch.excess * e, q));
    challenges.push(e);
    exponents.push(exponent);
    commitments.push(g(exponent), group.multiply(y(exponent), extra));
  });
  const others = challenges.reduce((sum, e) => sum + e, 0n);
  challenges[trueIndex] = modulo(hashToScalar(group, prefix, commitments) - others, q);
  return branches.map(({ r }, i) => {
    const e = challenges[i] as bigint;
    return proofJson(e, modulo((exponents[i] as bigint) - r * e, q));
  });
}
