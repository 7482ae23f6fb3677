/** The answer of a homomorphic ballot (protocol.md section 6.1). */

import { BoothError, type ProofJson, type Selection } from "../types.ts";
import { type Branch, type Prover, proveOr } from "./proofs.ts";
import type { Question } from "./record.ts";

export interface Choice {
  alpha: string;
  beta: string;
}

/** Fields in canonical order. */
export interface Answer {
  choices: Choice[];
  individual_proofs: ProofJson[][];
  overall_proof: ProofJson[];
  blank_proof?: ProofJson[];
}

interface Ciphertext {
  alpha: unknown;
  beta: unknown;
}

/** Return the plaintext of every ciphertext, the blank one first where there is one. */
export function plaintexts(question: Question, selection: Selection): number[] {
  const options = question.answers.length;
  if (selection === "blank") {
    if (!question.blank) throw new BoothError("selection_invalid");
    return [1, ...new Array<number>(options).fill(0)];
  }
  const bits = Array.isArray(selection) && selection.every((bit) => bit === 0 || bit === 1);
  const sum = bits ? selection.reduce((a: number, b) => a + b, 0) : -1;
  if (!bits || selection.length !== options || sum < question.min || sum > question.max) {
    throw new BoothError("selection_invalid");
  }
  return question.blank ? [0, ...selection] : [...selection];
}

/** Encrypt plaintexts: (g^r, y^r·g^m). Also what a test of a ballot does again. */
export function encrypt(prover: Prover, values: readonly number[], exponents: readonly bigint[]): Choice[] {
  const { group } = prover;
  const ciphertexts = encryptAll(prover, values, exponents);
  const texts = group.encode(ciphertexts.flatMap(({ alpha, beta }) => [alpha, beta]));
  return pairs(texts);
}

function encryptAll(
  { group, g, y }: Prover,
  values: readonly number[],
  exponents: readonly bigint[],
): Ciphertext[] {
  return values.map((m, i) => {
    const r = exponents[i] as bigint;
    return { alpha: g(r), beta: group.multiply(y(r), g(BigInt(m))) };
  });
}

function pairs(texts: readonly string[]): Choice[] {
  const found: Choice[] = [];
  for (let i = 0; i < texts.length; i += 2) {
    found.push({ alpha: texts[i] as string, beta: texts[i + 1] as string });
  }
  return found;
}

/**
 * Encrypt a selection and prove it valid.
 *
 * `subject` is φ|c: it ties every proof to the election and the voter.
 */
export function makeAnswer(
  prover: Prover,
  question: Question,
  subject: string,
  values: readonly number[],
  exponents: readonly bigint[],
  step: () => void,
): Answer {
  const { group } = prover;
  const blanks = question.blank ? 1 : 0;
  const ciphertexts = encryptAll(prover, values, exponents);
  const sum = ciphertexts.slice(blanks).reduce((a, b) => ({
    alpha: group.multiply(a.alpha, b.alpha),
    beta: group.multiply(a.beta, b.beta),
  }));
  const texts = group.encode([...ciphertexts, sum].flatMap(({ alpha, beta }) => [alpha, beta]));
  const [A, B] = texts.splice(-2) as [string, string];
  const choices = pairs(texts);

  const individual = choices.map(({ alpha, beta }, i) => {
    const m = values[i] as number;
    const branches = branchesOf(exponents[i] as bigint, m, 0, 1);
    const proof = proveOr(prover, `prove|${subject}|${alpha},${beta}|`, branches, m);
    step();
    return proof;
  });
  const answer: Answer = { choices, individual_proofs: individual, overall_proof: [] };
  const statement = `${subject}|${texts.join(",")}`;
  const total = values.slice(blanks).reduce((a, b) => a + b, 0);
  const r = exponents.slice(blanks).reduce((a, b) => a + b, 0n) % group.q;
  const inRange = branchesOf(r, total, question.min, question.max);
  if (!question.blank) {
    const prefix = `prove|${statement}|${A},${B}|`;
    answer.overall_proof = proveOr(prover, prefix, inRange, total - question.min);
    return answer;
  }
  const [blank, blankR] = [values[0] as number, exponents[0] as bigint];
  const isBlank = branchesOf(blankR, blank, 1, 1);
  const overall = blank === 1 ? 0 : 1 + total - question.min;
  answer.overall_proof = proveOr(prover, `bproof1|${statement}|`, [...isBlank, ...inRange], overall);
  const either = [...branchesOf(blankR, blank, 0, 0), ...branchesOf(r, total, 0, 0)];
  answer.blank_proof = proveOr(prover, `bproof0|${statement}|`, either, blank === 1 ? 1 : 0);
  return answer;
}

/** Return the branches (α, β/g^v) for v from `low` to `high` of an encryption of m. */
function branchesOf(r: bigint, m: number, low: number, high: number): Branch[] {
  const found: Branch[] = [];
  for (let v = low; v <= high; v++) found.push({ r, excess: BigInt(m - v) });
  return found;
}
