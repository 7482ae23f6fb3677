import assert from "node:assert/strict";
import { test } from "node:test";
import { faultIn, formOf, saidIn, vectorOfLevels } from "../../../src/tsukuba_trust/booth/app/preferences.ts";
import type { Form } from "../../../src/tsukuba_trust/booth/crypto/preference_forms.ts";

const FORM: Form = {
  kind: "ranking",
  options: ["a", "b", "c"],
  blank: false,
  low: 1,
  high: 3,
  ties: false,
  grades: [],
  length: 3,
};
const LIST: Form = { ...FORM, kind: "list", low: 1, high: 2, length: 2 };
const SCORE: Form = { ...FORM, kind: "score", low: 0, high: 11 };

test("levels of a list stand in the order of its places", () => {
  assert.deepEqual(vectorOfLevels(LIST, [undefined, 2, 1]), [3, 2]);
  assert.deepEqual(saidIn(LIST, [3, 2]), [
    { option: 2, level: 1 },
    { option: 1, level: 2 },
  ]);
});

test("a score of nothing is another thing than no score", () => {
  assert.deepEqual(vectorOfLevels(SCORE, [0, undefined, 10]), [1, 0, 11]);
  assert.deepEqual(saidIn(SCORE, [1, 0, 11]), [
    { option: 0, level: 0 },
    { option: 2, level: 10 },
  ]);
});

test("a ranking is read the best first", () => {
  assert.deepEqual(
    saidIn(FORM, [2, 0, 1]).map(({ option }) => option),
    [2, 0],
  );
});

test("every fault of a ranking has its own name", () => {
  assert.equal(faultIn(FORM, [undefined, undefined, undefined]), "empty");
  assert.equal(faultIn(FORM, [1, 1, undefined]), "twice");
  assert.equal(faultIn(FORM, [1, 3, undefined]), "gap");
  assert.equal(faultIn({ ...FORM, low: 2 }, [1, undefined, undefined]), "too_few");
  assert.equal(faultIn({ ...FORM, high: 1 }, [1, 2, undefined]), "too_many");
  assert.equal(faultIn(FORM, [2, 1, undefined]), undefined);
});

test("places may be shared where the contest says so", () => {
  const ties = { ...FORM, ties: true };
  assert.equal(faultIn(ties, [1, 1, 2]), undefined);
  assert.equal(faultIn(ties, [1, 1, 3]), "gap");
});

test("a contest in which one is chosen is filled in like any other of its kind", () => {
  const record = (extra: unknown, answers: string[]) =>
    JSON.stringify({ questions: [{ type: "NonHomomorphic", value: { answers, question: "?" }, extra }] });
  const contest = (text: string) => ({ scheme: "preference", record: text }) as Parameters<typeof formOf>[0];
  const choice = record({ form: "choice", blank: false, options: ["a", "b"] }, ["1"]);
  assert.equal(formOf(contest(choice)), undefined);
  const ranking = record({ form: "ranking", blank: false }, ["a", "b"]);
  assert.equal(formOf(contest(ranking))?.kind, "ranking");
});
