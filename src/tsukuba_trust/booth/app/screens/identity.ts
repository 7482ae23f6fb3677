/** V5 with a card: the app on this phone, or another device by QR code, link and digits. */

import type { Progress } from "../api.ts";
import type { Booth } from "../booth.ts";
import { readDigits, timeLeft } from "../digits.ts";
import { el } from "../dom.ts";
import type { Attempt } from "../kept.ts";
import { cardLink, isKiosk } from "../kiosk.ts";
import { actions, button, copyButton, notSent } from "../parts.ts";
import { Poll } from "../polling.ts";
import { wantsNewAttempt } from "../problems.ts";
import { m } from "../texts.ts";
import { fault, faultOf } from "./fault.ts";
import { cardHelp } from "./card_help.ts";

const WARN_MS = 2 * 60_000;

export interface IdentityWays {
  claim: (token: string) => Promise<void>;
  again: () => void;
  forget: () => void;
  elsewhere: () => void;
}

const WAITING = m("Waiting for your phone or card.");
const SOON = m("Less than 2 minutes left. “New code” gives 10 more; nothing is lost.");
const STATES: Record<string, string> = {
  OPENED: m("Continue on your phone."),
  ANSWERED: m("Your card was read. Type the six digits that your phone shows."),
  REFUSED: m("Your card’s answer was refused."),
};

/** Show the challenge of an app provider, and wait. */
export function identity(booth: Booth, attempt: Attempt, ways: IdentityWays): void {
  new IdentityScreen(booth, attempt, ways).show();
}

class IdentityScreen {
  readonly #booth: Booth;
  readonly #attempt: Attempt;
  readonly #ways: IdentityWays;
  readonly #problem = el("div", { role: "alert", "data-testid": "identity-problem" });
  readonly #left = el("p", { class: "time-left", "data-testid": "time-left" });
  readonly #digits = el("section", { class: "digits", id: "digits-part", hidden: true });
  readonly #means = el("div", { "data-testid": "identity-ways" });
  #state = WAITING;
  #heard = "";
  #poll: Poll | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(booth: Booth, attempt: Attempt, ways: IdentityWays) {
    this.#booth = booth;
    this.#attempt = attempt;
    this.#ways = ways;
  }

  show(): void {
    const { stage, texts: t } = this.#booth;
    const pending = Object.keys(this.#booth.kept?.ballots ?? {}).length > 0;
    stage.show({
      name: "V5",
      title: m("Identify yourself"),
      leave: () => this.#stop(),
      content: [
        pending && notSent(t),
        this.#problem,
        this.#allMeans(),
        actions(
          button(t, { id: "new-code", text: m("New code"), press: this.#ways.again }),
          button(t, { id: "give-up", kind: "text", text: m("Stop and erase everything"), press: this.#ways.forget }),
        ),
      ],
    });
    this.#watch();
  }

  /** All ways to answer; hidden as soon as the attempt is void. */
  #allMeans(): HTMLElement {
    const { crossDevice } = this.#booth.election;
    const parts = isKiosk() ? [this.#beside(), this.#left] : [
      this.#here(),
      crossDevice && this.#elsewhere(),
      crossDevice && this.#digitsPart(),
      this.#reader(),
      cardHelp(this.#booth.texts),
      this.#left,
    ];
    this.#means.append(...parts.filter((part) => part !== false));
    return this.#means;
  }

  #watch(): void {
    this.#stop();
    this.#poll = new Poll(this.#booth.api, this.#attempt, {
      progress: (progress) => this.#hear(progress),
      refused: (error) => this.#fail(error.code, error.incident),
      lost: () => {
        this.#state = m("No connection at present. The page keeps trying.");
        this.#announce();
      },
    });
    this.#clock = setInterval(() => this.#tick(), 1_000);
    this.#tick();
  }

  #stop(): void {
    this.#poll?.stop();
    clearInterval(this.#clock);
  }

  #tick(): void {
    const { texts: t } = this.#booth;
    const { until } = this.#attempt;
    const now = Date.now();
    const left = timeLeft(until, now);
    t.drop(this.#left);
    t.say(this.#left, m("This code is valid for ${minutes} min ${seconds} s."), { ...left });
    this.#left.classList.toggle("soon", until - now < WARN_MS);
    if (until <= now) this.#fail("attempt_expired", "");
    else this.#announce();
  }

  /** One text that changes only when the state does. */
  #announce(): void {
    const soon = this.#attempt.until - Date.now() < WARN_MS;
    this.#booth.stage.status(soon ? SOON : this.#state);
  }

  #hear(progress: Progress): void {
    if (progress.state === "CLAIMED") return this.#elsewhereNow();
    if (progress.state === "EXPIRED") return this.#fail("attempt_expired", "");
    if (progress.state === "CONTESTED") return this.#fail("attempt_contested", "");
    this.#state = STATES[progress.state] ?? WAITING;
    this.#announce();
    const heard = `${progress.state} ${progress.refusal ?? ""}`;
    if (heard === this.#heard) return;
    const wasRefused = this.#heard.startsWith("REFUSED");
    this.#heard = heard;
    if (progress.state === "REFUSED" && progress.refusal !== null) {
      this.#problem.replaceChildren(fault(this.#booth, { code: progress.refusal.toLowerCase() }));
    } else if (progress.state === "ANSWERED") {
      if (wasRefused) this.#problem.replaceChildren();
      this.#digits.hidden = false;
    }
  }

  #elsewhereNow(): void {
    this.#stop();
    this.#ways.elsewhere();
  }

  #fail(code: string, incident: string): void {
    this.#stop();
    this.#void({ code, incident });
  }

  #void(error: unknown): void {
    this.#means.hidden = true;
    this.#problem.replaceChildren(fault(this.#booth, error));
    this.#booth.stage.status(m("This code cannot be used any more."));
  }

  /** The card reader beside a kiosk: its program shows the text and asks for the password. */
  #beside(): HTMLElement {
    const { texts: t } = this.#booth;
    const link = el("a", { id: "card-link", "data-testid": "card-link", class: "button main", href: cardLink(this.#attempt.id) });
    return el(
      "section",
      {},
      t.p(m("Put your My Number Card on the reader beside this screen, and leave it there until your receipt is shown.")),
      t.say(link, m("Read the card")),
      t.p(m("Taking the card away ends your visit and erases everything here.")),
    );
  }

  #here(): HTMLElement | false {
    const { texts: t } = this.#booth;
    const { appLink } = this.#attempt.challenge;
    if (!appLink) return false;
    const link = el("a", {
      id: "app-link",
      "data-testid": "app-link",
      class: "button main",
      href: appLink,
      target: "_blank",
      rel: "noopener noreferrer",
    });
    return el(
      "section",
      {},
      t.say(el("h2"), m("On this phone")),
      t.say(link, m("Read the card with the app")),
      t.p(m("The app shows what is signed, asks for the password and reads the card. Then it opens this vote again.")),
    );
  }

  #elsewhere(): HTMLElement {
    const { texts: t } = this.#booth;
    const { deviceAddress, qr } = this.#attempt;
    const picture = el("img", { class: "qr", src: qr, width: 200, height: 200, id: "attempt-qr" });
    t.label(picture, "alt", m("QR code: opens the card reading on your phone"));
    return el(
      "section",
      {},
      t.say(el("h2"), m("With another phone")),
      t.p(m("Scan this code with the phone that reads the card, or open the address there.")),
      picture,
      el("p", { class: "address" }, el("bdi", { id: "device-address", "data-testid": "device-address" }, deviceAddress)),
      actions(
        copyButton(this.#booth, "copy-address", m("Copy the address"), deviceAddress),
        button(t, { id: "have-digits", text: m("I already have digits"), press: () => this.#askDigits() }),
      ),
    );
  }

  #reader(): HTMLElement {
    const { texts: t } = this.#booth;
    const line = `tsukuba-trust card ${this.#attempt.deviceAddress}`;
    const summary = t.say(el("summary"), m("With a card reader at this computer"));
    const code = el("code", { id: "reader-line" }, line);
    const copy = copyButton(this.#booth, "copy-reader", m("Copy the line"), line);
    return el("details", { class: "more" }, summary, t.p(m("Type this line into a terminal:")), el("p", {}, code), copy);
  }

  #askDigits(): void {
    this.#digits.hidden = false;
    document.getElementById("digits")?.focus();
  }

  #digitsPart(): HTMLElement {
    const { texts: t } = this.#booth;
    const error = el("p", { id: "digits-error", class: "field-error", role: "alert" });
    const input = el("input", {
      id: "digits",
      "data-testid": "digits",
      name: "digits",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      "aria-describedby": "digits-hint digits-error",
    });
    const label = t.say(el("label", { for: "digits" }), m("Six digits from your phone"));
    const hint = t.p(m("Type only what your own phone shows. Never tell anybody; the city will not ask."), {}, "hint");
    hint.id = "digits-hint";
    const send = button(t, { id: "send-digits", kind: "main", text: m("Go on"), press: () => void this.#sendDigits(input, error) });
    const form = el("form", { on: { submit: (event) => event.preventDefault() } }, label, hint, error, input, actions(send));
    this.#digits.append(form);
    return this.#digits;
  }

  async #sendDigits(input: HTMLInputElement, error: HTMLElement): Promise<void> {
    const { texts: t } = this.#booth;
    const digits = readDigits(input.value);
    error.replaceChildren();
    input.setAttribute("aria-invalid", String(digits === undefined));
    if (digits === undefined) {
      error.append(t.span(m("These are not six digits.")));
      input.focus();
      return;
    }
    this.#stop();
    this.#booth.stage.status(m("One moment …"));
    try {
      await this.#ways.claim(digits);
    } catch (problem) {
      if (isOver(problem)) return this.#void(problem);
      this.#heard = ""; // a refusal heard earlier is over: it must not take this message away
      this.#watch();
      input.setAttribute("aria-invalid", "true");
      this.#problem.replaceChildren(fault(this.#booth, problem));
      if (input.isConnected) input.focus();
    }
  }
}


/** Whether the attempt is void, so that there is nothing to wait for. */
function isOver(error: unknown): boolean {
  return wantsNewAttempt(faultOf(error).code);
}
