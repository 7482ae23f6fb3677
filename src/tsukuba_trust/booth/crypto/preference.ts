/** The answer of a ballot that is mixed and opened on its own (protocol.md section 6.2). */

import type { ProofJson } from "../types.ts";
import type { Choice } from "./homomorphic.ts";
import { type Prover, proveKnowledge } from "./proofs.ts";
import { encodeVector } from "./vectors.ts";

/** Fields in canonical order. */
export interface PreferenceAnswer {
  choices: Choice;
  proof: ProofJson;
}

/** Encrypt a vector: (g^r, y^r·m). Also what a test of a ballot does again. */
export function encryptVector({ group, g, y }: Prover, entries: readonly number[], r: bigint): Choice {
  const beta = group.multiply(y(r), encodeVector(group, entries));
  const [alphaText, betaText] = group.encode([g(r), beta]) as [string, string];
  return { alpha: alphaText, beta: betaText };
}

/**
 * Encrypt a vector and prove that its maker knows r.
 *
 * `subject` is φ|c, `key` is enc(y).
 */
export function makePreference(
  prover: Prover,
  subject: string,
  key: string,
  entries: readonly number[],
  r: bigint,
): PreferenceAnswer {
  const choices = encryptVector(prover, entries, r);
  const prefix = `raweg|${subject}|${key},${choices.alpha},${choices.beta}|`;
  return { choices, proof: proveKnowledge(prover.group, prover.g, prefix, r, prover.randomness) };
}
