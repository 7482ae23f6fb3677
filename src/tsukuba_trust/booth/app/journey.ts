/** The way through the screens (voting-flow 4, 7). */

import type { Sealed } from "../types.ts";
import { Refused } from "./api.ts";
import type { Booth } from "./booth.ts";
import { el } from "./dom.ts";
import { boardAddress, type Contest, records } from "./election.ts";
import { askStanding, claim, follow, newAttempt } from "./identify.ts";
import { closeKiosk } from "./kiosk.ts";
import { type Attempt, type Kept, placeOf } from "./kept.ts";
import { notSent } from "./parts.ts";
import { wantsNewAttempt } from "./problems.ts";
import { ballot } from "./screens/ballot.ts";
import { before } from "./screens/before.ts";
import { confirm, sendOrTest } from "./screens/confirm.ts";
import { faultOf, problem } from "./screens/fault.ts";
import { form } from "./screens/form.ts";
import { hub } from "./screens/hub.ts";
import { identity, type IdentityWays } from "./screens/identity.ts";
import { providers } from "./screens/providers.ts";
import { receipts } from "./screens/receipts.ts";
import { sending } from "./screens/sending.ts";
import { testing } from "./screens/testing.ts";
import { m } from "./texts.ts";

export class Journey {
  readonly #booth: Booth;
  #checked = false;
  #starting = false;
  /** empty while the voter has to choose among several */
  #provider: string;

  constructor(booth: Booth) {
    this.#booth = booth;
    booth.stage.flow = booth.election.flow;
    const { identities } = booth.election;
    this.#provider = identities.length === 1 ? (identities[0]?.provider ?? "") : "";
  }

  /** Go on where this browser's own records say. */
  async resume(): Promise<void> {
    const { kept } = this.#booth;
    const place = placeOf(kept);
    if (place === "identify") return this.#identify((kept as Kept).attempt as Attempt);
    if (place === "send") return this.send();
    if (place === "receipts") return this.receipts();
    if (place === "choose" && this.#booth.registered) return this.#choose();
    this.start();
  }

  start(): void {
    before(this.#booth, () => void this.#try(() => this.#begin(), () => this.start()));
  }

  /** What is shown about the election must be what the log has fixed (attack V04). */
  async #begin(): Promise<void> {
    await this.#check();
    if (this.#booth.identifiesFirst && !this.#booth.registered) return this.#identifyFirst();
    this.#choose();
  }

  async #check(): Promise<void> {
    if (this.#checked) return;
    const { election, sealer } = this.#booth;
    const { origin, logKey, checkpoint, definition } = election;
    const board = boardAddress(election);
    await sealer.checkFixed({ origin, logKey, checkpoint, board, definition, contests: records(election) });
    await follow(this.#booth, checkpoint);
    this.#checked = true;
  }

  #choose(): void {
    const { election, wanted } = this.#booth;
    const contest = election.contests.find(({ key, uuid }) => key === wanted || uuid === wanted);
    this.#booth.wanted = "";
    if (contest !== undefined && !this.#booth.isClosed(contest)) return this.vote(contest);
    const [only] = election.contests;
    if (election.contests.length === 1 && only !== undefined && !this.#booth.isClosed(only)) {
      return this.vote(only);
    }
    this.hub();
  }


  hub(): void {
    const fresh = this.#booth.kept === undefined;
    hub(this.#booth, {
      choose: (contest) => void this.#try(async () => (await this.#check(), this.vote(contest)), () => this.hub()),
      confirm: () => this.confirm(),
      receipts: () => this.receipts(),
      ...(fresh ? { back: () => this.start() } : {}),
    });
  }

  vote(contest: Contest): void {
    const many = this.#booth.election.contests.length > 1;
    const back = () => (many ? this.hub() : this.start());
    ballot(this.#booth, contest, { next: () => (many ? this.hub() : this.confirm()), back });
  }

  confirm(): void {
    const booth = this.#booth;
    if (booth.chosen.length === 0) return this.hub();
    const many = booth.election.contests.length > 1;
    const back = () => (many ? this.hub() : this.vote(booth.chosen[0] as Contest));
    confirm(booth, {
      change: (contest) => this.vote(contest),
      confirm: () => void this.#try(() => this.#seal(), () => this.confirm()),
      back,
    });
  }

  async #seal(): Promise<void> {
    this.#booth.stage.status(m("Sealing …"));
    await this.#check();
    // Another tab may have gone further in the meantime.
    if (this.#booth.kept === undefined) await this.#booth.load();
    const { election, sealer, kept, registered, choices } = this.#booth;
    const text = registered ? { text: (kept as Kept).text } : {};
    const sealed = await sealer.seal({ origin: election.origin, contests: records(election), choices, ...text });
    sendOrTest(this.#booth, sealed, {
      send: () => void this.#try(() => this.#send(sealed), () => this.confirm()),
      test: (contest) => void this.#try(() => this.#test(contest), () => this.confirm()),
      back: () => this.confirm(),
    });
  }

  /** Choice and randomness are wiped before anything leaves this device. */
  async #send(sealed: Sealed): Promise<void> {
    const booth = this.#booth;
    booth.forgetChoices();
    const before = booth.registered ? (booth.kept as Kept) : this.#fresh(sealed);
    await booth.keep({ ...before, ballots: { ...before.ballots, ...sealed.ballots } });
    if (booth.registered) return this.send();
    await this.newAttempt();
  }

  #fresh(sealed: Sealed): Kept {
    const { election, kept } = this.#booth;
    return {
      origin: election.origin,
      slug: election.slug,
      look: location.search,
      touched: Date.now(),
      text: sealed.text,
      credentials: sealed.credentials,
      ballots: {},
      receipts: kept?.receipts ?? {},
    };
  }

  /** A tested ballot's key is never used again: all is sealed anew afterwards. */
  async #test(contest: Contest): Promise<void> {
    const booth = this.#booth;
    const file = await booth.sealer.opening(contest.uuid);
    booth.sealer.forget();
    if (booth.kept !== undefined && booth.registered) {
      const { registered: _dropped, ...rest } = booth.kept;
      await booth.keep({ ...rest, text: "", credentials: [] });
    }
    testing(booth, file, () => this.confirm());
  }

  async #identifyFirst(): Promise<void> {
    const { election, sealer } = this.#booth;
    const sealed = await sealer.seal({ origin: election.origin, contests: records(election), choices: {} });
    sealer.forget();
    await this.#booth.keep(this.#fresh(sealed));
    await this.newAttempt();
  }

  /** A new attempt with the same keys and sealed ballots: nothing is chosen again. */
  async newAttempt(provider = this.#provider): Promise<void> {
    if (provider === "") return this.#chooseProvider();
    this.#provider = provider;
    const retry = { id: "retry", text: m("Try again"), press: () => void this.newAttempt() };
    if (this.#starting) return;
    this.#starting = true;
    this.#booth.stage.status(m("One moment …"));
    try {
      this.#identify(await newAttempt(this.#booth, provider));
    } catch (error) {
      const { code } = faultOf(error);
      const ways = code === "stale_definition" ? [{ id: "reload", text: m("Load again"), press: () => location.reload() }] : [retry];
      problem(this.#booth, code === "network_lost_unknown" ? { code: "network_lost_before_send" } : error, ways, [
        notSent(this.#booth.texts),
      ]);
    } finally {
      this.#starting = false;
    }
  }

  #chooseProvider(): void {
    providers(this.#booth, (provider) => void this.newAttempt(provider));
  }

  #identify(attempt: Attempt): void {
    if (attempt.token !== undefined) return this.#claimReturned(attempt, attempt.token);
    const ways: IdentityWays = {
      claim: (token) => this.claim(attempt, token),
      again: () => void this.newAttempt(),
      forget: () => void this.finish(),
      elsewhere: () => this.elsewhere(),
    };
    if (attempt.challenge.__typename === "FormChallenge") form(this.#booth, attempt, ways);
    else identity(this.#booth, attempt, ways);
  }

  /** A token that this page itself was given (a kiosk): the attempt must be its own. */
  returned(attempt: string, token: string): void {
    const mine = this.#booth.kept?.attempt;
    if (mine?.id === attempt) this.#claimReturned(mine, token);
  }

  #claimReturned(attempt: Attempt, token: string): void {
    const { stage, texts: t } = this.#booth;
    stage.show({ name: "V5", title: m("Identify yourself"), content: [t.p(m("One moment …"))] });
    void this.claim(attempt, token).catch((error) => this.#claimFailed(error));
  }

  #claimFailed(error: unknown): void {
    const again = { id: "new-code", text: m("New code"), press: () => void this.newAttempt() };
    const retry = { id: "retry", text: m("Try again"), press: () => void this.resume() };
    const { code } = faultOf(error);
    problem(this.#booth, error, wantsNewAttempt(code) ? [again] : [retry, again]);
  }

  /** Register, learn what the board says of this voter, and go on. */
  async claim(attempt: Attempt, token: string): Promise<void> {
    const booth = this.#booth;
    try {
      if (!(await claim(booth, attempt, token))) return this.elsewhere();
    } catch (error) {
      await this.#dropToken(attempt);
      if (error instanceof Refused && error.code === "credential_taken") await booth.erase();
      throw error;
    }
    await askStanding(booth);
    if (Object.keys((booth.kept as Kept).ballots).length > 0) return this.send();
    await this.#check();
    this.#choose();
  }

  async #dropToken(attempt: Attempt): Promise<void> {
    const { kept } = this.#booth;
    if (kept?.attempt?.id === attempt.id) await this.#booth.keep({ ...kept, attempt });
  }

  async send(): Promise<void> {
    await sending(this.#booth, {
      done: () => this.receipts(),
      again: () => void this.send(),
      choose: () => this.start(),
      elsewhere: () => this.elsewhere(),
    });
  }

  receipts(): void {
    receipts(this.#booth, { more: () => this.hub(), finish: () => void this.finish() });
  }

  async finish(): Promise<void> {
    await this.#booth.erase();
    this.start();
    this.#booth.stage.status(m("Everything about your vote was erased from this browser."));
    closeKiosk();
  }

  /** Another tab has gone on with this visit: this one drops its memory. */
  elsewhere(): void {
    const { stage, texts: t } = this.#booth;
    this.#booth.kept = undefined;
    this.#booth.forgetChoices();
    stage.show({
      name: "return",
      title: m("It goes on in another tab"),
      content: [el("p", {}, t.span(m("Your vote goes on, or was finished, in another tab. You can close this one.")))],
    });
  }

  /** Do a step; what goes wrong is told, with a way back. */
  async #try(work: () => Promise<void>, back: () => void): Promise<void> {
    try {
      await work();
    } catch (error) {
      const ways = [{ id: "retry", text: m("Try again"), press: () => void this.#try(work, back) }];
      problem(this.#booth, error, [...ways, { id: "back", text: m("Back"), press: back }]);
    }
  }
}

