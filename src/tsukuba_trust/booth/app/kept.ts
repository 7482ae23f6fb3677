/**
 * What this browser keeps of a visit, and for how long (voting-flow 5).
 *
 * Never a choice and no randomness: those live in the worker's memory only. Everything here
 * is plain data, so that it can be stored as it is.
 */

import type { Credential, SealedBallot } from "../types.ts";

/** After the last step everything about the voter is erased. */
export const KEPT_MS = 30 * 60_000;

/** Life of an attempt. */
export const ATTEMPT_MS = 10 * 60_000;

export interface Field {
  name: string;
  length: number;
  alphabet: string;
}

export interface Challenge {
  __typename: "AppChallenge" | "FormChallenge" | "RedirectChallenge" | "WebauthnChallenge";
  appLink?: string | null;
  fields?: Field[];
}

/** An identification under way; gone as soon as the claim is known. */
export interface Attempt {
  id: string;
  /** 64 hex digits that only this page knows */
  secret: string;
  provider: string;
  /** by this device's clock, milliseconds: it may be wrong by hours */
  until: number;
  deviceAddress: string;
  qr: string;
  challenge: Challenge;
  /** return token, when it came before the claim was answered */
  token?: string;
}

export interface Registered {
  index: number;
  /** of the registration that this one replaces */
  replaces?: number;
  earlierUses: number | null;
  lastDay: string | null;
}

export interface KeptReceipt {
  index: number;
  tracker: string;
  /** tlog-proof text */
  proof: string;
  /** time on this device, milliseconds; known to nobody else */
  at: number;
}

export interface Kept {
  origin: string;
  slug: string;
  /** query of the address: language, size, contrast, readings */
  look: string;
  /** last step, milliseconds */
  touched: number;
  /** credential text */
  text: string;
  credentials: Credential[];
  /** sealed and not yet proven to be recorded */
  ballots: Record<string, SealedBallot>;
  receipts: Record<string, KeptReceipt>;
  attempt?: Attempt;
  registered?: Registered;
}

/** Whether a record is to be erased: 30 minutes after the last step. */
export function isStale(kept: Kept, now: number): boolean {
  return now - kept.touched >= KEPT_MS || now < kept.touched - KEPT_MS;
}

/** What is kept while an attempt runs. */
export function withAttempt(kept: Kept, attempt: Attempt): Kept {
  return { ...kept, attempt };
}

/** The claim is known: page secret and attempt go. */
export function withRegistration(kept: Kept, registered: Registered): Kept {
  const { attempt: _gone, ...rest } = kept;
  return { ...rest, registered };
}

/** The receipt of a contest is verified: its sealed bytes go. */
export function withReceipt(kept: Kept, contest: string, receipt: KeptReceipt): Kept {
  const { [contest]: _gone, ...ballots } = kept.ballots;
  return { ...kept, ballots, receipts: { ...kept.receipts, [contest]: receipt } };
}

/** A ballot that was refused for good goes; its contest is open again. */
export function withoutBallot(kept: Kept, contest: string): Kept {
  const { [contest]: _gone, ...ballots } = kept.ballots;
  return { ...kept, ballots };
}

/** After the end of voting, as the service tells it, the credential has no use. */
export function afterTheEnd(kept: Kept): Kept {
  return Object.keys(kept.ballots).length > 0 ? kept : { ...kept, text: "" };
}

/** Sealed ballots of other fields that wait to be sent; a new key would drop them. */
export function unsentBeside(kept: Kept | undefined, chosen: string[]): string[] {
  return Object.keys(kept?.ballots ?? {}).filter((contest) => !chosen.includes(contest));
}

export type Place = "start" | "identify" | "send" | "receipts" | "choose";

/** Where a visit goes on when the page is opened again. */
export function placeOf(kept: Kept | undefined): Place {
  if (kept === undefined) return "start";
  if (kept.registered === undefined) return kept.attempt === undefined ? "start" : "identify";
  if (Object.keys(kept.ballots).length > 0) return "send";
  return Object.keys(kept.receipts).length > 0 ? "receipts" : "choose";
}
