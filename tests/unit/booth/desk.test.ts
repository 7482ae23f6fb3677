import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../../src/tsukuba_trust/booth/desk.ts";
import type {
  CallName,
  Calls,
  OpenedBallot,
  OpeningFile,
  Sealed,
  SealInput,
  Selection,
} from "../../../src/tsukuba_trust/booth/types.ts";
import { BoothError } from "../../../src/tsukuba_trust/booth/types.ts";
import { record, refusal, UUID } from "./vectors.ts";

const OTHER = "Abcdefghijkmno";

async function ask<N extends CallName>(desk: Desk, call: N, input: Calls[N][0]): Promise<Calls[N][1]> {
  const found: Calls[N][1][] = [];
  await desk.answer({ id: 9, call, input } as never, (answer) => {
    if ("error" in answer) throw new BoothError(answer.error);
    if ("value" in answer) found.push(answer.value as Calls[N][1]);
  });
  return found[0] as Calls[N][1];
}

function input(choices: Record<string, Selection>, more: Partial<SealInput> = {}): SealInput {
  return { origin: "board.example.jp/e/mock", contests: [record()], choices, ...more };
}

const seal = (desk: Desk, choices: Record<string, Selection>, more?: Partial<SealInput>) =>
  ask(desk, "seal", input(choices, more));

test("keys are made for all contests, whatever was chosen", async () => {
  const contests = [record(), record({ uuid: OTHER })];
  const sealed = await seal(new Desk(fetch), { [OTHER]: [1, 0, 0] }, { contests });
  assert.deepEqual(sealed.credentials.map(({ contest }) => contest), [UUID, OTHER]);
  assert.deepEqual(Object.keys(sealed.ballots), [OTHER]);
  assert.match(sealed.blind, /^[0-9a-f]{64}$/);
});

test("identify first: keys without any ballot, then a ballot by the kept credential", async () => {
  const desk = new Desk(fetch);
  const first = await seal(desk, {});
  const second = await seal(desk, { [UUID]: [0, 0, 1] }, { text: first.text });
  assert.deepEqual(first.ballots, {});
  const ballot = JSON.parse(second.ballots[UUID]?.text ?? "");
  assert.equal(ballot.credential, first.credentials[0]?.credential);
});

test("every sealing without a kept credential makes a new one", async () => {
  const desk = new Desk(fetch);
  const [a, b] = [await seal(desk, { [UUID]: [1, 0, 0] }), await seal(desk, { [UUID]: [1, 0, 0] })];
  assert.notEqual(a.text, b.text);
  assert.notEqual(a.blind, b.blind);
  assert.notEqual(a.ballots[UUID]?.tracker, b.ballots[UUID]?.tracker);
});

test("a selection that the contest does not allow is refused", async () => {
  const cases: unknown[] = [
    [0, 0, 0],
    [1, 1, 0],
    [1, 0],
    [1, 0, 0, 0],
    [2, 0, 0],
    [-1, 1, 1],
    [0.5, 0.5, 0],
    ["1", 0, 0],
    [true, false, false],
    "blank",
    "first",
    { 0: 1 },
    undefined,
  ];
  for (const selection of cases) {
    const sealed = seal(new Desk(fetch), { [UUID]: selection as Selection });
    await assert.rejects(sealed, refusal("selection_invalid"), JSON.stringify(selection));
  }
});

test("a choice for a contest that is not in the election is refused", async () => {
  await assert.rejects(seal(new Desk(fetch), { [OTHER]: [1, 0, 0] }), refusal("record_invalid"));
});

test("a record that this booth cannot seal for is refused", async () => {
  const good = JSON.parse(record().record);
  const question = good.questions[0];
  const broken = [
    { ...good, version: 2 },
    { ...good, uuid: OTHER },
    { ...good, group: "P-256" },
    { ...good, public_key: "0".repeat(63) + "1" },
    { ...good, questions: [] },
    { ...good, questions: [question, question] },
    { ...good, questions: [{ ...question, max: 4 }] },
    { ...good, questions: [{ ...question, min: 2 }] },
    { ...good, questions: [{ ...question, min: -1 }] },
    { ...good, questions: [{ ...question, blank: 1 }] },
    { ...good, questions: [{ type: "Lists", value: question }] },
    { ...good, questions: [{ type: "Lists", ...question }] },
    null,
  ];
  for (const value of broken) {
    const contests = [{ uuid: UUID, record: JSON.stringify(value) }];
    const sealed = seal(new Desk(fetch), { [UUID]: [1, 0, 0] }, { contests });
    await assert.rejects(sealed, refusal("record_invalid"), JSON.stringify(value));
  }
});

test("a record that was read for one contest is not another contest's", async () => {
  const desk = new Desk(fetch);
  await seal(desk, {});
  const contests = [{ uuid: OTHER, record: record().record }];
  await assert.rejects(seal(desk, { [OTHER]: [1, 0, 0] }, { contests }), refusal("record_invalid"));
});

test("progress is told and ends at the whole", async () => {
  const steps: number[][] = [];
  await new Desk(fetch).answer({ id: 1, call: "seal", input: input({ [UUID]: [1, 0, 0] }) }, (answer) => {
    if ("done" in answer) steps.push([answer.done, answer.of]);
  });
  assert.deepEqual(steps, [[1, 3], [2, 3], [3, 3]]);
});

async function tested(choices: Selection, asked = {}): Promise<[OpeningFile, Sealed, string]> {
  const desk = new Desk(fetch);
  const contest = record(asked);
  const sealed = await seal(desk, { [UUID]: choices }, { contests: [contest] });
  return [await ask(desk, "opening", UUID), sealed, contest.record];
}

test("an opening shows what was chosen, under the tracker that was shown", async () => {
  const [file, sealed, text] = await tested([0, 1, 0]);
  const opened: OpenedBallot = await ask(new Desk(fetch), "checkOpening", { text: file.text, record: text });
  assert.deepEqual(opened, {
    log: "board.example.jp/e/mock",
    contest: UUID,
    tracker: sealed.ballots[UUID]?.tracker,
    chosen: ["候補者1"],
    blank: false,
  });
  assert.match(file.name, /^ballot-test-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\.json$/);
});

test("an opening of a blank ballot says so", async () => {
  const [file, , text] = await tested("blank", { blank: true, options: 2 });
  const opened = await ask(new Desk(fetch), "checkOpening", { text: file.text, record: text });
  assert.deepEqual([opened.chosen, opened.blank], [[], true]);
});

test("an opening of another choice than was encrypted is refused", async () => {
  const [file, , text] = await tested([0, 1, 0]);
  const opening = JSON.parse(file.text);
  const lies = [
    { ...opening, choices: [1, 0, 0] },
    { ...opening, randomness: [...opening.randomness].reverse() },
    { ...opening, ballot: opening.ballot.replace(/"alpha":"../, '"alpha":"00') },
    { ...opening, ballot: opening.ballot.replace(/"election_hash":"./, '"election_hash":"!') },
    { ...opening, ballot: "{}" },
    { ...opening, ballot: "null" },
  ];
  for (const lie of lies) {
    const asked = ask(new Desk(fetch), "checkOpening", { text: JSON.stringify(lie), record: text });
    await assert.rejects(asked, refusal("opening_differs"));
  }
});

test("a file that is no opening is refused", async () => {
  const [file, , text] = await tested([0, 1, 0]);
  const opening = JSON.parse(file.text);
  const bad = [
    "",
    "null",
    "[]",
    JSON.stringify({ ...opening, type: "tsukuba-trust/opening/2" }),
    JSON.stringify({ ...opening, more: 1 }),
    JSON.stringify({ ...opening, choices: [0, 1] }),
    JSON.stringify({ ...opening, choices: [0, 2, 0] }),
    JSON.stringify({ ...opening, randomness: [1, 2, 3] }),
    JSON.stringify({ ...opening, randomness: ["-1", "2", "3"] }),
  ];
  for (const one of bad) {
    const asked = ask(new Desk(fetch), "checkOpening", { text: one, record: text });
    await assert.rejects(asked, refusal("opening_invalid"), one.slice(0, 60));
  }
});

test("a new sealing forgets what was chosen before", async () => {
  const desk = new Desk(fetch);
  await seal(desk, { [UUID]: [0, 1, 0] });
  await seal(desk, {});
  await assert.rejects(ask(desk, "opening", UUID), refusal("opening_gone"));
});

test("what is answered before a test says nothing of the choice (V03)", async () => {
  const sealed = await seal(new Desk(fetch), { [UUID]: [0, 1, 0] });
  const text = JSON.stringify(sealed);
  assert.deepEqual(Object.keys(sealed).sort(), ["ballots", "blind", "credentials", "text"]);
  assert.deepEqual(Object.keys(sealed.ballots[UUID] ?? {}).sort(), ["leaf", "text", "tracker"]);
  assert.doesNotMatch(text, /候補者|choices":\[[01]|randomness/);
});

test("an error that nobody expected is told without its words", async () => {
  const answers: unknown[] = [];
  await new Desk(fetch).answer({ id: 3, call: "seal", input: { text: "秘密" } } as never, (answer) =>
    answers.push(answer),
  );
  assert.deepEqual(answers, [{ id: 3, error: "worker_failed" }]);
});
