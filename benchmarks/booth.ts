/**
 * Seal ballots as the booth's worker does, under Node or in a browser.
 *
 * `measure()` gives milliseconds per ballot: the first one of a fresh desk, with its tables,
 * median and best of those after it; beside them one multiplication without a table.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { groupNamed } from "../src/tsukuba_trust/booth/crypto/groups.ts";
import { Desk } from "../src/tsukuba_trust/booth/desk.ts";

const UUID = "HRjeJJBNa8huFh";
const SUBJECTS: [string, number, number][] = [
  ["Ed25519", 3, 30],
  ["Ed25519", 41, 10],
  ["BELENIOS-2048", 3, 20],
  ["BELENIOS-2048", 41, 5],
  ["RFC-3526-2048", 3, 3],
  ["RFC-3526-2048", 41, 2],
];

interface Row {
  group: string;
  options: number;
  first: number;
  median: number;
  best: number;
  multiplication: number;
}

function record(name: string, options: number, key: bigint): string {
  const group = groupNamed(name);
  const [y] = group.encode([group.fixedBase(group.generator)(key)]);
  const answers = Array.from({ length: options }, (_, i) => `${i}`);
  const questions = [{ answers, min: 1, max: 1, question: "?" }];
  return JSON.stringify({ version: 1, group: name, public_key: y, questions, uuid: UUID });
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number;

async function seal(desk: Desk, text: string, options: number): Promise<number> {
  const choice = Array.from({ length: options }, (_, i) => Number(i === 1));
  const input = { origin: "o", contests: [{ uuid: UUID, record: text }], choices: { [UUID]: choice } };
  const start = performance.now();
  await desk.answer({ id: 1, call: "seal", input }, (answer) => {
    if ("error" in answer) throw new Error(answer.error);
  });
  return performance.now() - start;
}

function multiplication(): number {
  const point = ed25519.Point.BASE.multiply(31415926n);
  const times = Array.from({ length: 40 }, (_, i) => {
    const start = performance.now();
    point.multiply(ed25519.Point.Fn.ORDER - 271828n - BigInt(i));
    return performance.now() - start;
  });
  return Math.min(...times);
}

export async function measure(): Promise<Row[]> {
  const rows: Row[] = [];
  await seal(new Desk(fetch), record("Ed25519", 3, 3n), 3); // compiled once
  for (const [group, options, times] of SUBJECTS) {
    const desk = new Desk(fetch);
    const text = record(group, options, BigInt(1000 + options));
    const first = await seal(desk, text, options);
    const more: number[] = [];
    for (let i = 0; i < times; i++) more.push(await seal(desk, text, options));
    const best = Math.min(...more);
    rows.push({ group, options, first, median: median(more), best, multiplication: multiplication() });
  }
  return rows;
}

(globalThis as { measureBooth?: typeof measure }).measureBooth = measure;
if (globalThis.process?.argv[1] === import.meta.filename) {
  process.stdout.write(JSON.stringify(await measure()));
}
