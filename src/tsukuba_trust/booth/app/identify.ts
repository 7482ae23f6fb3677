/** Attempts and claims: how a voter's keys come to the board (voting-flow 3). */

import { randomHex } from "../browser.ts";
import { type Claimed, Lost, Refused } from "./api.ts";
import type { Booth } from "./booth.ts";
import { ATTEMPT_MS, type Attempt, type Kept, withAttempt, withRegistration } from "./kept.ts";
import { boardAddress } from "./election.ts";
import { alone } from "./tabs.ts";

const WAITS_MS = [1_000, 2_000, 4_000, 8_000];
const GONE = new Set(["unknown_attempt", "attempt_expired"]);

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function sha256Hex(hexText: string): Promise<string> {
  const bytes = Uint8Array.from(hexText.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Begin an attempt with the kept keys; page secret and blind are new every time. */
export async function newAttempt(booth: Booth, provider: string): Promise<Attempt> {
  const kept = booth.kept as Kept;
  const secret = randomHex(32);
  const started = await booth.api.start({
    election: booth.election.origin,
    definition: booth.election.definition,
    provider,
    credentials: kept.credentials,
    blind: randomHex(32),
    pageSecretHash: await sha256Hex(secret),
    locale: booth.texts.locale,
  });
  const { deviceAddress, qr, challenge } = started;
  const until = Date.now() + ATTEMPT_MS;
  const attempt = { id: started.attempt, secret, provider, until, deviceAddress, qr, challenge };
  await booth.keep(withAttempt(booth.kept as Kept, attempt));
  booth.tabs.take(booth.election.origin);
  return attempt;
}

/**
 * Claim an answered attempt and check that exactly these keys came to the board.
 *
 * One tab claims at a time; false = another one is at it. A lost answer is asked for again:
 * the same claim gives the same answer, and the board knows the keys by then.
 */
export async function claim(booth: Booth, attempt: Attempt, token: string): Promise<boolean> {
  const done = await alone(`attempt:${attempt.id}`, async () => {
    booth.tabs.take(booth.election.origin);
    await booth.keep(withAttempt(booth.kept as Kept, { ...attempt, token }));
    const claimed = await claimed_(booth, attempt, token);
    await registered(booth, claimed);
    return true;
  });
  return done === true;
}

async function claimed_(booth: Booth, attempt: Attempt, token: string): Promise<Claimed> {
  let lost = false;
  for (const wait of [...WAITS_MS, -1]) {
    try {
      return await booth.api.claim(attempt.id, attempt.secret, token);
    } catch (error) {
      if (error instanceof Refused && lost && GONE.has(error.code)) {
        const found = await onTheBoard(booth);
        if (found !== undefined) return found;
      }
      if (!(error instanceof Lost) || wait < 0) throw error;
      lost = true;
      await sleep(wait);
    }
  }
  throw new Lost(lost);
}

/** Own keys as the board has them: what a lost claim left. */
async function onTheBoard(booth: Booth): Promise<Claimed | undefined> {
  const [first] = (booth.kept as Kept).credentials;
  if (first === undefined) return undefined;
  const found = await booth.api.registration(first.contest, first.credential);
  if (found === null) return undefined;
  const { index, entry, receipt } = found;
  return { index, entry, receipt, earlierUses: null, lastDay: null };
}

async function registered(booth: Booth, claimed: Claimed): Promise<void> {
  const { origin, logKey } = booth.election;
  const kept = booth.kept as Kept;
  const { entry, receipt, earlierUses, lastDay } = claimed;
  const { credentials } = kept;
  const checked = await booth.sealer.checkRegistration({ origin, logKey, entry, receipt, credentials });
  const chain = checked.replaces === undefined ? {} : { replaces: checked.replaces };
  await booth.keep(withRegistration(kept, { index: checked.index, earlierUses, lastDay, ...chain }));
  await follow(booth, checked.checkpoint);
}

/** Take a head only when it continues the one this device holds. */
export async function follow(booth: Booth, checkpoint: string): Promise<void> {
  const { origin, logKey } = booth.election;
  const old = await booth.store.head(origin);
  const held = old === undefined ? {} : { old };
  const board = boardAddress(booth.election);
  const head = await booth.sealer.checkConsistency({ origin, logKey, ...held, checkpoint, board });
  await booth.store.keepHead(origin, head.checkpoint);
}

/** Ask per contest whether a ballot of this voter is in; only after a claim can it be known. */
export async function askStanding(booth: Booth): Promise<void> {
  for (const { contest, credential } of booth.kept?.credentials ?? []) {
    try {
      const found = await booth.api.registration(contest, credential);
      if (found !== null) booth.standing[contest] = found.ballot;
    } catch (error) {
      if (!(error instanceof Lost || error instanceof Refused)) throw error;
    }
  }
}
