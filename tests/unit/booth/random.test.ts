import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../../../src/tsukuba_trust/booth/desk.ts";
import { randomHex } from "../../../src/tsukuba_trust/booth/browser.ts";
import { groupNamed } from "../../../src/tsukuba_trust/booth/crypto/groups.ts";
import {
  drawScalar,
  systemRandomness,
  uniformBelow,
} from "../../../src/tsukuba_trust/booth/crypto/random.ts";
import type { Answer, Sealed } from "../../../src/tsukuba_trust/booth/types.ts";
import { record, refusal, UUID } from "./vectors.ts";

const INPUT = { origin: "o", contests: [record({ options: 2 })], choices: { [UUID]: [0, 1] } };

async function seal(desk: Desk): Promise<Sealed> {
  const answers: Answer[] = [];
  await desk.answer({ id: 1, call: "seal", input: INPUT }, (answer) => answers.push(answer));
  const last = answers.at(-1) as { value?: Sealed; error?: string };
  if (last.value === undefined) throw new Error(last.error);
  return last.value;
}

function withCrypto<T>(value: unknown, run: () => T): T {
  const kept = Object.getOwnPropertyDescriptor(globalThis, "crypto") as PropertyDescriptor;
  Object.defineProperty(globalThis, "crypto", { value, configurable: true });
  const restore = () => Object.defineProperty(globalThis, "crypto", kept);
  try {
    return run();
  } finally {
    restore();
  }
}

test("P09: without the system's generator nothing is drawn", () => {
  for (const broken of [undefined, {}, { getRandomValues: 1 }]) {
    withCrypto(broken, () => {
      assert.throws(() => systemRandomness(32), refusal("no_randomness"));
      assert.throws(() => randomHex(32), refusal("no_randomness"));
    });
  }
});

test("P09: without the system's generator nothing is sealed", async () => {
  const answers: Answer[] = [];
  const asked = withCrypto(undefined, () =>
    new Desk(fetch).answer({ id: 1, call: "seal", input: INPUT }, (answer) => answers.push(answer)),
  );
  await asked;
  assert.deepEqual(answers, [{ id: 1, error: "no_randomness" }]);
});

test("P09: a generator that always says the same is noticed by its repeats", async () => {
  // The test of 500 ballots below would be worth nothing if it could not fail.
  const frozen = (size: number) => new Uint8Array(size).fill(7);
  const [a, b] = [await seal(new Desk(fetch, frozen)), await seal(new Desk(fetch, frozen))];
  assert.equal(alphas(a)[0], alphas(b)[0]);
});

test("P09: 100,000 draws do not repeat", () => {
  const { q } = groupNamed("Ed25519");
  const seen = new Set<bigint>();
  for (let i = 0; i < 100_000; i++) seen.add(drawScalar(q, systemRandomness));
  assert.equal(seen.size, 100_000);
});

function alphas(sealed: Sealed): string[] {
  const ballot = JSON.parse(sealed.ballots[UUID]?.text ?? "");
  return ballot.answers[0].choices.map((choice: { alpha: string }) => choice.alpha);
}

test("P09: 500 whole ballots repeat no key, component, proof or blind", async () => {
  const desk = new Desk(fetch);
  const seen = new Set<string>();
  let count = 0;
  for (let i = 0; i < 500; i++) {
    const sealed = await seal(desk);
    const scalars = sealed.ballots[UUID]?.text.match(/"[0-9]{60,}"/g) ?? [];
    assert.ok(scalars.length > 10);
    const all = [sealed.text, sealed.blind, ...alphas(sealed), ...scalars];
    count += all.length;
    for (const one of all) seen.add(one);
  }
  assert.equal(seen.size, count);
});

test("P05: draws below a limit are even and never reach it", () => {
  const counts = new Array<number>(58).fill(0);
  for (let i = 0; i < 58_000; i++) {
    const at = Number(uniformBelow(58n, systemRandomness));
    counts[at] = (counts[at] as number) + 1;
  }
  const chi = counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  assert.ok(chi < 130, `chi-square ${chi} with 57 degrees of freedom`); // chance below 1e-7
});

test("P05: a scalar is drawn again, not reduced", () => {
  const answers = [0xff, 0xfe, 0x03];
  const drawn = uniformBelow(200n, () => Uint8Array.of(answers.shift() as number));
  assert.equal(drawn, 3n);
  assert.equal(answers.length, 0);
});
