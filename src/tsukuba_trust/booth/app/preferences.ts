/** What a preference ballot says, for screens: read from the record that φ binds. */

import { type Form, readForm } from "../crypto/preference_forms.ts";
import type { Selection } from "../types.ts";
import type { Contest } from "./election.ts";

/** The form of a contest whose ballots say more than which options are chosen. */
export function formOf(contest: Contest): Form | undefined {
  if (contest.scheme !== "preference" || contest.record === null) return undefined;
  const { questions } = JSON.parse(contest.record);
  const form = readForm(questions[0].value.answers, questions[0].extra ?? {});
  return form.kind === "choice" ? undefined : form;
}

/** What is said of one option: its rank, its score, or the number of its grade from 1. */
export interface Said {
  option: number;
  level: number;
}

/** Read a vector as levels of options, best first where they have an order. */
export function saidIn(form: Form, selection: Selection): Said[] {
  if (selection === "blank") return [];
  if (form.kind === "list") {
    return selection.flatMap((number, place) => (number > 0 ? [{ option: number - 1, level: place + 1 }] : []));
  }
  const said = selection.flatMap((entry, option) =>
    entry > 0 ? [{ option, level: form.kind === "score" ? entry - 1 : entry }] : [],
  );
  return form.kind === "ranking" ? said.sort((a, b) => a.level - b.level) : said;
}

/** Write levels of options as a vector: `levels[i]` of option i, undefined = nothing said. */
export function vectorOfLevels(form: Form, levels: readonly (number | undefined)[]): number[] {
  if (form.kind !== "list") {
    const plus = form.kind === "score" ? 1 : 0;
    return levels.map((level) => (level === undefined ? 0 : level + plus));
  }
  const vector = new Array<number>(form.length).fill(0);
  levels.forEach((level, option) => {
    if (level !== undefined) vector[level - 1] = option + 1;
  });
  return vector;
}

/** A fault of what was filled in so far, as the name of a rule; undefined = it can be sealed. */
export type Fault = "empty" | "too_few" | "too_many" | "twice" | "gap";

export function faultIn(form: Form, levels: readonly (number | undefined)[]): Fault | undefined {
  const used = levels.filter((level): level is number => level !== undefined);
  if (used.length === 0) return "empty";
  if (form.kind === "score" || form.kind === "grade") return undefined;
  const different = new Set(used);
  if (different.size < used.length && !form.ties) return "twice";
  if (Math.max(...used) > different.size) return "gap";
  if (used.length < form.low) return "too_few";
  return used.length > form.high ? "too_many" : undefined;
}
