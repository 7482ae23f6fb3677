/** Keys and sealed ballots of one voter (protocol.md sections 5, 6; architecture D2). */

import type { Credential, Opening, SealedBallot, Selection } from "../types.ts";
import { ballotLeaf } from "../log/entries.ts";
import { derive } from "./credentials.ts";
import { b64, hex } from "./digests.ts";
import { type Prover, proveKnowledge } from "./proofs.ts";
import { drawScalar, type Randomness } from "./random.ts";
import type { Contest } from "./record.ts";
import { answerOf, exponentsOf, valuesOf } from "./scheme.ts";

/** A contest with the voter's signing key in it. Never leaves the worker. */
export interface Key {
  contest: Contest;
  secret: bigint;
  credential: string;
  prover: Prover;
}

/** What was encrypted and how: kept in memory only, until the ballot is sent or tested. */
export interface Chosen {
  ballot: SealedBallot;
  values: number[];
  exponents: bigint[];
}

export function makeProver({ group, key }: Contest, randomness: Randomness): Prover {
  return { group, g: group.fixedBase(group.generator), y: group.fixedBase(key), randomness };
}

export function makeKey(contest: Contest, text: string, randomness: Randomness): Key {
  const prover = makeProver(contest, randomness);
  const secret = derive(contest.group, contest.uuid, text);
  const [credential] = contest.group.encode([prover.g(secret)]) as [string];
  return { contest, secret, credential, prover };
}

/** The key as it is registered: with a proof that somebody knows its secret. */
export function publicKey({ contest, secret, credential, prover }: Key): Credential {
  const { group, g, randomness } = prover;
  const prefix = `register|${contest.uuid}|${credential}|`;
  const proof = proveKnowledge(group, g, prefix, secret, randomness);
  return { contest: contest.uuid, credential, proof };
}

/** Encrypt, prove and sign a selection. */
export function sealBallot(key: Key, selection: Selection, step: () => void): Chosen {
  const { contest, credential, prover } = key;
  const { group, g, randomness } = prover;
  const values = valuesOf(contest.question, selection);
  const exponents = Array.from({ length: exponentsOf(contest.question) }, () => drawScalar(group.q, randomness));
  const subject = `${contest.fingerprint}|${credential}`;
  const answer = answerOf(prover, contest, subject, values, exponents, step);
  // Fields in canonical order: the signature is over exactly these bytes.
  const content = {
    election_uuid: contest.uuid,
    election_hash: contest.fingerprint,
    credential,
    answers: [answer],
  };
  const hash = b64(JSON.stringify(content));
  const proof = proveKnowledge(group, g, `sig|${hash}|`, key.secret, randomness);
  const text = JSON.stringify({ ...content, signature: { hash, proof } });
  const ballot = { text, tracker: b64(text), leaf: hex(ballotLeaf(contest.uuid, text)) };
  return { ballot, values, exponents };
}

/** Return what a test of this ballot shows (voting-flow 6). */
export function openingOf(log: string, contest: string, chosen: Chosen): Opening {
  return {
    type: "tsukuba-trust/opening/1",
    log,
    contest,
    ballot: chosen.ballot.text,
    choices: chosen.values,
    randomness: chosen.exponents.map(String),
  };
}
