/** What voters of a preference contest may say, as the record's `extra` has it. */

import { BoothError, type Selection } from "../types.ts";
import { LARGEST_ENTRY } from "./vectors.ts";

export type Kind = "ranking" | "score" | "grade" | "list" | "choice";

export interface Form {
  kind: Kind;
  /** names of the options, as the record has them */
  options: string[];
  blank: boolean;
  /** fewest and most options that are ranked or listed; highest entry of a score or grade */
  low: number;
  high: number;
  ties: boolean;
  /** names of the grades, the best first */
  grades: string[];
  /** entries of the vector */
  length: number;
}

type Extra = Record<string, unknown>;

const KEYS: Record<Kind, string[]> = {
  ranking: ["min", "max", "ties"],
  score: ["max"],
  grade: ["grades"],
  list: ["slots", "min", "options"],
  choice: ["options"],
};

/** Read `extra`; a form that this booth does not know is no form it can seal for. */
export function readForm(answers: string[], extra: Extra): Form {
  const kind = extra.form as Kind;
  if (typeof extra.form !== "string" || !Object.hasOwn(KEYS, kind)) throw invalid();
  const known = new Set(["form", "blank", ...KEYS[kind]]);
  if (Object.keys(extra).some((key) => !known.has(key))) throw invalid();
  const { blank = false, ties = false } = extra;
  const grades = textList(extra.grades ?? []);
  const options = textList(extra.options ?? answers);
  if (typeof blank !== "boolean" || typeof ties !== "boolean") throw invalid();
  const [low, high] = limits(kind, extra, options.length, grades.length);
  const length = kind === "list" || kind === "choice" ? high : options.length;
  if (length !== answers.length || high > LARGEST_ENTRY) throw invalid();
  return { kind, options, blank, low, high, ties, grades, length };
}

function limits(kind: Kind, extra: Extra, options: number, grades: number): [number, number] {
  if (kind === "score") return [0, 1 + count(extra.max)];
  if (kind === "grade") return [0, grades];
  if (kind === "choice") return [1, 1];
  const high = count((kind === "list" ? extra.slots : extra.max) ?? options);
  const low = count(extra.min ?? 1);
  if (low > high || high > options) throw invalid();
  return [low, high];
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw invalid();
  return value as number;
}

function textList(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw invalid();
  return value as string[];
}

function invalid(): BoothError {
  return new BoothError("record_invalid");
}

/**
 * Return the vector of a selection.
 *
 * A choice is 0 or 1 per option, as where ballots are added up; every other form is said by
 * its vector itself. Only valid ones are sealed: afterwards nobody could tell the voter.
 */
export function vectorOf(form: Form, selection: Selection): number[] {
  const entries =
    selection === "blank"
      ? new Array<number>(form.length).fill(0)
      : form.kind === "choice"
        ? [chosen(form, selection)]
        : [...selection];
  checkVector(form, entries);
  return entries;
}

function chosen(form: Form, marks: readonly number[]): number {
  const bits = marks.every((mark) => mark === 0 || mark === 1);
  const sum = marks.reduce((a, b) => a + b, 0);
  if (!bits || marks.length !== form.options.length || sum !== 1) throw refused();
  return marks.indexOf(1) + 1;
}

function refused(): BoothError {
  return new BoothError("selection_invalid");
}

/** Check a vector as the count will: see docs/preference-ballots.md for the rules. */
export function checkVector(form: Form, entries: readonly number[]): void {
  const scale = form.kind === "score" || form.kind === "grade";
  const largest = scale ? form.high : form.options.length;
  const fit = entries.every((entry) => Number.isSafeInteger(entry) && entry >= 0 && entry <= largest);
  if (entries.length !== form.length || !fit) throw refused();
  if (entries.every((entry) => entry === 0)) {
    if (!form.blank) throw refused();
    return;
  }
  if (scale) return;
  if (form.kind === "ranking") checkRanks(form, entries.filter((rank) => rank > 0));
  else checkSlots(form, entries);
}

function checkRanks(form: Form, ranks: number[]): void {
  const used = new Set(ranks);
  const gapless = Math.max(...ranks) === used.size;
  const single = form.ties || used.size === ranks.length;
  if (!gapless || !single || ranks.length < form.low || ranks.length > form.high) throw refused();
}

function checkSlots(form: Form, entries: readonly number[]): void {
  const listed = entries.filter((number) => number > 0);
  const gapless = entries.slice(0, listed.length).every((number) => number > 0);
  if (!gapless || new Set(listed).size !== listed.length || listed.length < form.low) throw refused();
}

/** Say a vector in words for who checks a tested ballot; in no language of its own. */
export function lines(form: Form, entries: readonly number[]): string[] {
  const { kind, options } = form;
  if (kind === "list" || kind === "choice") {
    const names = entries.filter((n) => n > 0).map((n) => options[n - 1] as string);
    return kind === "choice" ? names : names.map((name, place) => `${place + 1}. ${name}`);
  }
  const said = entries.map((entry, at) => [entry, options[at] as string] as const).filter(([entry]) => entry > 0);
  if (kind === "ranking") {
    return said.sort(([a], [b]) => a - b).map(([rank, name]) => `${rank}. ${name}`);
  }
  return said.map(([entry, name]) => `${name}: ${kind === "grade" ? form.grades[entry - 1] : entry - 1}`);
}
