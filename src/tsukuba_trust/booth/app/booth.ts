/** What all screens share: the election, the worker, what is kept, and what is shown. */

import { randomHex } from "../browser.ts";
import type { Sealer } from "../sealer.ts";
import type { Selection } from "../types.ts";
import type { Api } from "./api.ts";
import type { Tabs } from "./tabs.ts";
import { type Contest, type Election, identifiesFirst } from "./election.ts";
import type { Kept } from "./kept.ts";
import type { Stage } from "./stage.ts";
import type { Store } from "./store.ts";
import type { Texts } from "./texts.ts";

export interface Parts {
  election: Election;
  api: Api;
  sealer: Sealer;
  store: Store;
  texts: Texts;
  stage: Stage;
  tabs: Tabs;
}

/** A visit of one voter to one election. */
export class Booth {
  readonly election: Election;
  readonly api: Api;
  readonly sealer: Sealer;
  readonly store: Store;
  readonly texts: Texts;
  readonly stage: Stage;
  readonly tabs: Tabs;
  /** by uuid; in memory only, forgotten at "send" */
  choices: Record<string, Selection> = {};
  kept: Kept | undefined;
  /** of the field that the reader came for */
  wanted = "";
  /** per contest: what the board says about ballots of this voter; absent = not asked yet */
  standing: Record<string, number | null> = {};

  constructor(parts: Parts) {
    this.election = parts.election;
    this.api = parts.api;
    this.sealer = parts.sealer;
    this.store = parts.store;
    this.texts = parts.texts;
    this.stage = parts.stage;
    this.tabs = parts.tabs;
  }

  contest(uuid: string): Contest {
    const found = this.election.contests.find((one) => one.uuid === uuid);
    if (found === undefined) throw new Error("no such contest");
    return found;
  }

  get chosen(): Contest[] {
    return this.election.contests.filter(({ uuid }) => uuid in this.choices);
  }

  /** Fields that are neither chosen nor sent from this browser. */
  get open(): Contest[] {
    const sent = this.kept?.receipts ?? {};
    return this.election.contests.filter(({ uuid }) => !(uuid in this.choices) && !(uuid in sent));
  }

  /** Whether ballots can go without another identification. */
  get registered(): boolean {
    return this.kept?.registered !== undefined && this.kept.text !== "";
  }

  /** Whether a ballot is in that cannot be replaced. */
  isClosed({ uuid }: Contest): boolean {
    if (this.election.revote) return false;
    const index = this.standing[uuid] ?? null;
    return index !== null || uuid in (this.kept?.receipts ?? {});
  }

  get identifiesFirst(): boolean {
    return identifiesFirst(this.election);
  }

  async load(): Promise<void> {
    this.kept = await this.store.visit(this.election.origin);
  }

  /** Keep what changed; every step renews the 30 minutes. */
  async keep(kept: Kept): Promise<void> {
    this.kept = { ...kept, touched: Date.now(), look: location.search };
    await this.store.keep(this.kept);
  }

  /** Forget choices and randomness: the worker dies with them. */
  forgetChoices(): void {
    this.choices = {};
    this.sealer.forget();
  }

  /** Erase everything about the voter from this browser. */
  async erase(): Promise<void> {
    this.kept = undefined;
    this.standing = {};
    this.forgetChoices();
    await this.store.erase(this.election.origin);
  }

  newSecret(): string {
    return randomHex(32);
  }
}
