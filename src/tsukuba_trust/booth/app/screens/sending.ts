/** V6: sealed ballots go one by one; a failure of one does not stop the others. */

import type { Refused } from "../api.ts";
import type { Booth } from "../booth.ts";
import { castOne, type CastState, type Outcome } from "../casting.ts";
import { el } from "../dom.ts";
import type { Contest } from "../election.ts";
import { follow, sleep } from "../identify.ts";
import { type Kept, withoutBallot, withReceipt } from "../kept.ts";
import { castBody } from "../padding.ts";
import { actions, button, standing } from "../parts.ts";
import { alone } from "../tabs.ts";
import { m } from "../texts.ts";
import { fault } from "./fault.ts";

/** Nothing will make these bytes acceptable: the field is open again. */
const FINAL = new Set(["already_voted", "ballot_rejected", "component_seen"]);

const SAID: Record<CastState, string> = {
  sending: m("Being sent"),
  unknown: m("The connection was lost. Asking whether it arrived …"),
  waiting: m("The service is busy. Trying again …"),
};

export interface SendingWays {
  done: () => void;
  again: () => void;
  choose: () => void;
  /** another tab is sending */
  elsewhere: () => void;
}

export async function sending(booth: Booth, ways: SendingWays): Promise<void> {
  const done = await alone(`cast:${booth.election.origin}`, async () => {
    booth.tabs.take(booth.election.origin);
    await new SendingScreen(booth, ways).run();
    return true;
  });
  if (done !== true) ways.elsewhere();
}

class SendingScreen {
  readonly #booth: Booth;
  readonly #ways: SendingWays;
  readonly #rows = new Map<string, HTMLElement>();
  readonly #after = el("div", {});

  constructor(booth: Booth, ways: SendingWays) {
    this.#booth = booth;
    this.#ways = ways;
  }

  async run(): Promise<void> {
    const { election, stage, texts: t } = this.#booth;
    const ballots = (this.#booth.kept as Kept).ballots;
    const pending = election.contests.filter(({ uuid }) => uuid in ballots);
    const rows = pending.map((contest) => this.#row(contest));
    stage.show({
      name: "V6",
      title: m("Sending"),
      content: [
        earlierUses(this.#booth),
        t.p(m("Please do not close this page.")),
        el("ul", { class: "cards" }, ...rows),
        this.#after,
      ],
    });
    let failed = 0;
    for (const contest of pending) {
      if (!(await this.#send(contest))) failed += 1;
    }
    if (failed === 0) this.#ways.done();
    else this.#stay();
  }

  #row(contest: Contest): HTMLElement {
    const { texts: t } = this.#booth;
    const state = el("div", { class: "state", "data-testid": `sending-${contest.key}` }, t.p(m("Waiting its turn")));
    this.#rows.set(contest.uuid, state);
    const before = standing(this.#booth, contest);
    return el("li", { class: "card" }, t.show(el("h2"), contest.title), before, state);
  }

  async #send(contest: Contest): Promise<boolean> {
    const { election, api, sealer, stage } = this.#booth;
    const { uuid } = contest;
    const ballot = (this.#booth.kept as Kept).ballots[uuid];
    if (ballot === undefined) return true;
    const deps = {
      api,
      check: sealer.checkReceipt.bind(sealer),
      sleep,
      now: () => Date.now(),
    };
    const { origin, logKey, group } = election;
    const body = castBody(group, uuid, ballot.text);
    const outcome = await castOne(deps, { origin, logKey, contest: uuid, ballot, body }, (state) => {
      this.#tell(uuid, SAID[state]);
      stage.status(SAID[state]);
    });
    return this.#take(uuid, outcome);
  }

  #tell(uuid: string, id: string, n = 0): void {
    this.#rows.get(uuid)?.replaceChildren(this.#booth.texts.p(id, { n }));
  }

  async #take(uuid: string, outcome: Outcome): Promise<boolean> {
    const booth = this.#booth;
    const kept = booth.kept as Kept;
    if (outcome.kind === "recorded") {
      await booth.keep(withReceipt(kept, uuid, outcome.receipt));
      booth.standing[uuid] = outcome.replacedBy ?? outcome.receipt.index;
      this.#tell(uuid, m("Received as entry ${n}"), outcome.receipt.index);
      return this.#followed(uuid, outcome.checkpoint);
    }
    if (outcome.kind === "refused" && FINAL.has(outcome.code)) await this.#dropped(uuid, outcome.error);
    const error = outcome.kind === "refused" ? outcome.error : { code: outcome.kind === "lost" ? lostCode(outcome) : outcome.code };
    this.#rows.get(uuid)?.replaceChildren(fault(booth, error));
    return false;
  }

  /** The receipt stands; a head that contradicts an earlier one is evidence and is told. */
  async #followed(uuid: string, checkpoint: string): Promise<boolean> {
    try {
      await follow(this.#booth, checkpoint);
      return true;
    } catch (error) {
      const found = fault(this.#booth, error);
      if (found.dataset.code !== "fork") return true;
      this.#rows.get(uuid)?.append(found);
      return false;
    }
  }

  async #dropped(uuid: string, error: Refused): Promise<void> {
    const kept = withoutBallot(this.#booth.kept as Kept, uuid);
    const { registered: _over, ...rest } = kept;
    const gone = (error.details.step ?? "").startsWith("credential_");
    await this.#booth.keep(gone ? { ...rest, text: "", ballots: {} } : kept);
  }

  #stay(): void {
    const { texts: t, stage, kept } = this.#booth;
    const waiting = Object.keys(kept?.ballots ?? {}).length > 0;
    const receipts = Object.keys(kept?.receipts ?? {}).length > 0;
    stage.status(m("Not everything could be sent."));
    this.#after.replaceChildren(
      actions(
        waiting && button(t, { id: "try-again", kind: "main", text: m("Try again"), press: this.#ways.again }),
        receipts && button(t, { id: "to-receipts", text: m("Show the receipts"), press: this.#ways.done }),
        !waiting && button(t, { id: "choose-again", text: m("Choose again"), press: this.#ways.choose }),
      ),
    );
  }
}

function lostCode({ sent }: { sent: boolean }): string {
  return sent ? "network_lost_unknown" : "network_lost_before_send";
}

/** What the roll says about this card, by the day (voting-flow 3.5). */
export function earlierUses(booth: Booth): HTMLElement | undefined {
  const registered = booth.kept?.registered;
  const t = booth.texts;
  if (!registered || registered.earlierUses === null) return undefined;
  const { earlierUses: n, lastDay } = registered;
  const said =
    n === 0 || lastDay === null
      ? t.p(m("This was the first identification with your card or code in this vote."), {}, "note")
      : t.p(m("Earlier uses of your card or code in this vote: ${n}, last on ${day}."), { n, day: () => day(t.locale, lastDay) }, "note");
  said.dataset.testid = "earlier-uses";
  return said;
}

function day(locale: string, date: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(date));
}
