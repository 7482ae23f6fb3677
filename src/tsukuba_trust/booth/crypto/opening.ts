/** The file of a tested ballot: written, and checked by encrypting again (voting-flow 6). */

import { BoothError, type OpenedBallot, type Opening, type OpeningFile } from "../types.ts";
import { shortTracker } from "../receipts.ts";
import { makeProver } from "./ballot.ts";
import { b64 } from "./digests.ts";
import { systemRandomness } from "./random.ts";
import { readContest } from "./record.ts";
import { choicesOf, said } from "./scheme.ts";
import { LARGEST_ENTRY } from "./vectors.ts";

const FIELDS = ["type", "log", "contest", "ballot", "choices", "randomness"];

export function openingFile(opening: Opening): OpeningFile {
  const name = `ballot-test-${shortTracker(b64(opening.ballot))}.json`;
  return { name, text: JSON.stringify(opening) };
}

function isListOf(value: unknown, test: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test);
}

function readOpening(text: string): Opening {
  const refuse = () => new BoothError("opening_invalid");
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw refuse();
  }
  if (typeof value !== "object" || value === null) throw refuse();
  const names = Object.keys(value).sort().join();
  if (names !== [...FIELDS].sort().join() || value.type !== "tsukuba-trust/opening/1") throw refuse();
  const texts = [value.log, value.contest, value.ballot];
  const isEntry = (item: unknown) => Number.isSafeInteger(item) && 0 <= Number(item) && Number(item) <= LARGEST_ENTRY;
  const isScalar = (item: unknown) => typeof item === "string" && /^[0-9]{1,620}$/.test(item);
  const fits =
    texts.every((item) => typeof item === "string") &&
    isListOf(value.choices, isEntry) &&
    isListOf(value.randomness, isScalar);
  if (!fits) throw refuse();
  return value as unknown as Opening;
}

/** Encrypt again with the randomness of the file and compare with the ballot's ciphertexts. */
export function checkOpening(text: string, record: string): OpenedBallot {
  const opening = readOpening(text);
  const contest = readContest({ uuid: opening.contest, record });
  const exponents = opening.randomness.map((r) => BigInt(r) % contest.group.q);
  const again = choicesOf(makeProver(contest, systemRandomness), contest.question, opening.choices, exponents);
  if (JSON.stringify(again) !== JSON.stringify(ciphertextsOf(opening.ballot, contest.fingerprint))) {
    throw new BoothError("opening_differs");
  }
  return {
    log: opening.log,
    contest: opening.contest,
    tracker: b64(opening.ballot),
    ...said(contest.question, opening.choices),
  };
}

function ciphertextsOf(ballot: string, fingerprint: string): unknown {
  try {
    const value = JSON.parse(ballot) as Record<string, unknown>;
    const answers = value.answers as { choices: unknown }[];
    const isOfThis = value.election_hash === fingerprint && answers.length === 1;
    return isOfThis ? answers[0]?.choices : undefined;
  } catch {
    return undefined;
  }
}
