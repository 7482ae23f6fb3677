/** The two kinds of answers behind one face: what a question wants decides. */

import { BoothError, type Selection } from "../types.ts";
import { type Answer, type Choice, encrypt, makeAnswer, plaintexts } from "./homomorphic.ts";
import { encryptVector, makePreference, type PreferenceAnswer } from "./preference.ts";
import { checkVector, type Form, lines, vectorOf } from "./preference_forms.ts";
import type { Prover } from "./proofs.ts";
import type { Contest, Question } from "./record.ts";

/** How many exponents a ballot needs: one per ciphertext. */
export function exponentsOf(question: Question): number {
  if (question.form !== undefined) return 1;
  return question.answers.length + (question.blank ? 1 : 0);
}

/** Steps that a progress bar may count. */
export function stepsOf(question: Question): number {
  return question.form !== undefined ? 1 : question.answers.length;
}

/** What is encrypted: 0 or 1 per ciphertext, or the entries of one vector. */
export function valuesOf(question: Question, selection: Selection): number[] {
  return question.form !== undefined ? vectorOf(question.form, selection) : plaintexts(question, selection);
}

export function answerOf(
  prover: Prover,
  contest: Contest,
  subject: string,
  values: readonly number[],
  exponents: readonly bigint[],
  step: () => void,
): Answer | PreferenceAnswer {
  const { question } = contest;
  if (question.form === undefined) return makeAnswer(prover, question, subject, values, exponents, step);
  const [key] = prover.group.encode([contest.key]) as [string];
  const answer = makePreference(prover, subject, key, values, exponents[0] as bigint);
  step();
  return answer;
}

/** Encrypt again what an opening says, in the form in which a ballot holds it. */
export function choicesOf(
  prover: Prover,
  question: Question,
  values: readonly number[],
  exponents: readonly bigint[],
): Choice[] | Choice {
  if (exponents.length !== exponentsOf(question)) throw new BoothError("opening_invalid");
  if (question.form !== undefined) {
    checkSaid(question.form, values);
    return encryptVector(prover, values, exponents[0] as bigint);
  }
  const bits = values.every((value) => value === 0 || value === 1);
  if (!bits || values.length !== exponents.length) throw new BoothError("opening_invalid");
  return encrypt(prover, values, exponents);
}

function checkSaid(form: Form, values: readonly number[]): void {
  try {
    checkVector(form, values);
  } catch {
    throw new BoothError("opening_invalid");
  }
}

/** What an opened ballot says: lines for the reader, and whether it is blank. */
export function said(question: Question, values: readonly number[]): { chosen: string[]; blank: boolean } {
  if (question.form !== undefined) {
    const chosen = lines(question.form, values);
    return { chosen, blank: chosen.length === 0 };
  }
  const options = values.slice(question.blank ? 1 : 0);
  return {
    chosen: question.answers.filter((_, i) => options[i] === 1),
    blank: question.blank && values[0] === 1,
  };
}
