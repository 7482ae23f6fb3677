/** The election record as the booth needs it (protocol.md section 4). */

import { BoothError, type ContestRecord } from "../types.ts";
import { b64 } from "./digests.ts";
import { type AnyGroup, groupNamed } from "./groups.ts";
import { type Form, readForm } from "./preference_forms.ts";

export interface Question {
  answers: string[];
  min: number;
  max: number;
  blank: boolean;
  /** of a ballot that is mixed and opened on its own; absent = ballots are added up */
  form?: Form;
}

export interface Contest {
  uuid: string;
  /** φ: digest of the record's exact bytes, in every proof */
  fingerprint: string;
  group: AnyGroup;
  /** the election key y, decoded with the full check */
  key: unknown;
  question: Question;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readQuestion(value: Record<string, unknown>): Question {
  if ("type" in value) return readPreference(value);
  const { answers, min, max, blank = false } = value;
  const known = isTextList(answers) && isCount(min) && isCount(max) && typeof blank === "boolean";
  if (!known || min > max || max > answers.length) {
    throw new BoothError("record_invalid");
  }
  return { answers, min, max, blank };
}

/** A question of another kind says its type and, in ours, the form of its ballots. */
function readPreference({ type, value, extra }: Record<string, unknown>): Question {
  const { answers } = value as Record<string, unknown>;
  if (type !== "NonHomomorphic" || !isTextList(answers)) throw new BoothError("record_invalid");
  const form = readForm(answers, extra as Record<string, unknown>);
  return { answers, min: form.low, max: form.high, blank: form.blank, form };
}

/** Read a record and check that it is one that this booth can seal for. */
export function readContest({ uuid, record }: ContestRecord): Contest {
  try {
    const value = JSON.parse(record) as Record<string, unknown>;
    const questions = value.questions as Record<string, unknown>[];
    if (value.version !== 1 || value.uuid !== uuid || questions.length !== 1) {
      throw new BoothError("record_invalid");
    }
    const group = groupNamed(value.group as string);
    const key = group.decode(value.public_key as string);
    const question = readQuestion(questions[0] as Record<string, unknown>);
    return { uuid, fingerprint: b64(record), group, key, question };
  } catch {
    throw new BoothError("record_invalid");
  }
}
