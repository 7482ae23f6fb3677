/** What the booth knows of an election: the answer of `BoothContest`. */

import type { ContestRecord } from "../types.ts";
import type { Localized } from "./texts.ts";

/** Ballot schemes that this booth can seal for. */
export const SCHEMES = ["homomorphic", "preference"];

export interface Option {
  key: string;
  name: Localized;
  description: Localized | null;
  labels: { medium: string; label: string }[];
}

export interface Contest {
  uuid: string;
  key: string;
  minimum: number;
  maximum: number;
  blank: boolean;
  scheme: string;
  record: string | null;
  title: Localized;
  question: Localized;
  options: Option[];
}

export interface Election {
  slug: string;
  origin: string;
  /** D, 64 hex digits */
  definition: string;
  kind: string;
  effect: string;
  languages: string[];
  opens: string;
  closes: string;
  timezone: string;
  notTakingVotes: string | null;
  flow: string;
  crossDevice: boolean;
  revote: boolean;
  group: string;
  logKey: string;
  checkpoint: string;
  portalUrl: string;
  isDemo: boolean;
  title: Localized;
  description: Localized;
  conditions: Localized[];
  contact: Localized;
  period: Localized;
  identities: { provider: string; bound: boolean }[];
  contests: Contest[];
}

/** The records that the worker seals for; none while the trustees' keys are not fixed. */
export function records(election: Election): ContestRecord[] {
  return election.contests.flatMap(({ uuid, record }) => (record === null ? [] : [{ uuid, record }]));
}

/** Address of the board's files on this host. */
export function boardAddress(election: Election): string {
  return new URL(`/board/${election.slug}/`, location.href).href;
}

export function identifiesFirst(election: Election): boolean {
  return election.flow === "identify-choose";
}

/** Label of an option on a screen: A, B, C in every language. */
export function screenLabel(option: Option): string {
  return option.labels.find(({ medium }) => medium === "screen")?.label ?? "";
}
