/** V3: the ballot of one field. Nothing is preselected, nothing is ever stored. */

import type { Selection } from "../../types.ts";
import type { Booth } from "../booth.ts";
import { el } from "../dom.ts";
import { type Contest, type Option, screenLabel } from "../election.ts";
import { actions, button, notSent, standing } from "../parts.ts";
import { formOf } from "../preferences.ts";
import { m } from "../texts.ts";
import { ChoiceBar, MANY, optionFilter } from "./option_filter.ts";
import { PreferenceScreen } from "./preference.ts";

export interface BallotWays {
  next: () => void;
  back: () => void;
}

export function ballot(booth: Booth, contest: Contest, ways: BallotWays): void {
  const form = formOf(contest);
  if (form === undefined) new BallotScreen(booth, contest, ways).show();
  else new PreferenceScreen(booth, contest, form, ways).show();
}

class BallotScreen {
  readonly #booth: Booth;
  readonly #contest: Contest;
  readonly #ways: BallotWays;
  readonly #inputs: HTMLInputElement[] = [];
  readonly #error: HTMLElement;
  /** on long ballots only */
  #bar: ChoiceBar | undefined;
  #blank: HTMLInputElement | undefined;

  constructor(booth: Booth, contest: Contest, ways: BallotWays) {
    this.#booth = booth;
    this.#contest = contest;
    this.#ways = ways;
    this.#error = el("div", { id: "ballot-error", class: "banner error", role: "alert", hidden: true });
  }

  show(): void {
    const { texts: t, stage } = this.#booth;
    const contest = this.#contest;
    const next = button(t, { id: "next", kind: "main", text: m("Next"), press: () => this.#next() });
    if (contest.options.length >= MANY) this.#bar = new ChoiceBar(t, next);
    stage.show({
      name: "V3",
      title: m("Ballot"),
      back: this.#ways.back,
      content: [
        notSent(t),
        standing(this.#booth, contest),
        this.#error,
        this.#form(),
        this.#bar?.element,
        actions(
          this.#bar === undefined && next,
          button(t, { id: "clear", text: m("Clear the choice"), press: () => this.#clear() }),
          button(t, { id: "back", kind: "text", text: m("Back without choosing"), press: () => this.#leave() }),
        ),
      ],
    });
  }

  #form(): HTMLElement {
    const { texts: t } = this.#booth;
    const contest = this.#contest;
    const cards = contest.options.map((option, index) => this.#option(option, index));
    const form = el(
      "form",
      { autocomplete: "off", on: { submit: (event) => event.preventDefault() } },
      el(
        "fieldset",
        { "aria-describedby": "how-many ballot-error" },
        el(
          "legend",
          {},
          t.show(el("span", { class: "contest", "data-testid": "contest-title" }), contest.title),
          t.show(el("span", { class: "question" }), contest.question),
        ),
        this.#howMany(),
        this.#bar && this.#filter(cards),
        ...cards,
        contest.blank && this.#blankOption(),
      ),
    );
    this.#restore();
    this.#count();
    return form;
  }

  #filter(cards: HTMLElement[]): HTMLElement {
    const rows = this.#contest.options.map((option, index) => ({
      option,
      element: cards[index] as HTMLElement,
      isChosen: () => (this.#inputs[index] as HTMLInputElement).checked,
    }));
    return optionFilter(this.#booth.texts, rows);
  }

  #count(): void {
    const chosen = this.#inputs.filter(({ checked }) => checked).length;
    this.#bar?.show(chosen, this.#contest.maximum);
  }

  #howMany(): HTMLElement {
    const { minimum, maximum, options } = this.#contest;
    const args = { n: maximum, min: minimum, of: options.length };
    const text =
      maximum === 1
        ? m("Choose 1 of ${of}.")
        : minimum === maximum
          ? m("Choose ${n} of ${of}.")
          : m("Choose ${min} to ${n} of ${of}.");
    const said = this.#booth.texts.p(text, args, "how-many");
    said.id = "how-many";
    return said;
  }

  #option(option: Option, index: number): HTMLElement {
    const { texts: t } = this.#booth;
    const type = this.#contest.maximum === 1 ? "radio" : "checkbox";
    const input = el("input", {
      type,
      name: "option",
      id: `option-${index}`,
      "data-testid": `option-${index}`,
      on: { change: () => this.#changed(input) },
    });
    this.#inputs.push(input);
    const label = screenLabel(option);
    const name = t.show(el("span", { class: "name", translate: "no" }), option.name);
    const row = el("label", { class: "option", for: input.id }, input, label !== "" && el("span", { class: "letter" }, label), name);
    const { description } = option;
    if (description === null) return el("div", { class: "option-card" }, row);
    const summary = t.say(el("summary"), m("Details"));
    t.keep(summary, () => summary.setAttribute("aria-label", `${t.plain(m("Details"))}: ${label} ${name.textContent}`));
    const text = t.show(el("p", { class: "description" }), description);
    return el("div", { class: "option-card" }, row, el("details", { class: "more" }, summary, text));
  }

  #blankOption(): HTMLElement {
    const { texts: t } = this.#booth;
    const type = this.#contest.maximum === 1 ? "radio" : "checkbox";
    const input = el("input", { type, name: "option", id: "option-blank", "data-testid": "option-blank" });
    input.addEventListener("change", () => this.#changed(input));
    this.#blank = input;
    const name = el("span", { class: "name" }, t.span(m("Blank vote: you take part, and choose none of these")));
    return el("div", { class: "option-card blank" }, el("label", { class: "option", for: input.id }, input, name));
  }

  #restore(): void {
    const choice = this.#booth.choices[this.#contest.uuid];
    if (choice === undefined) return;
    if (choice === "blank" && this.#blank) this.#blank.checked = true;
    else if (choice !== "blank") choice.forEach((one, at) => ((this.#inputs[at] as HTMLInputElement).checked = one === 1));
  }

  /** Nothing is dropped silently: too many, or blank beside a choice, is said in words. */
  #changed(input: HTMLInputElement): void {
    const count = this.#inputs.filter(({ checked }) => checked).length;
    const mixed = this.#blank?.checked === true && count > 0 && input.type === "checkbox";
    if (count > this.#contest.maximum || mixed) {
      input.checked = false;
      this.#complain(mixed ? m("A blank vote cannot stand beside a choice. Take one of them off first.") : m("You can choose ${n} at most. Take one off first."));
    } else this.#complain("");
    this.#count();
  }

  #complain(id: string): void {
    const { texts: t } = this.#booth;
    this.#error.hidden = id === "";
    this.#error.replaceChildren();
    if (id === "") return;
    const { minimum, maximum } = this.#contest;
    this.#error.append(t.p(id, { n: maximum, min: minimum }));
  }

  #read(): Selection | undefined {
    if (this.#blank?.checked) return "blank";
    const choice: number[] = this.#inputs.map(({ checked }) => (checked ? 1 : 0));
    return choice.includes(1) ? choice : undefined;
  }

  #next(): void {
    const choice = this.#read();
    const count = choice === undefined || choice === "blank" ? 0 : choice.filter((one) => one === 1).length;
    if (choice === undefined || (choice !== "blank" && count < this.#contest.minimum)) {
      this.#complain(m("Choose at least ${min}. To leave this field out, go back without choosing."));
      this.#error.scrollIntoView({ block: "center" });
      (this.#inputs[0] as HTMLInputElement).focus();
      return;
    }
    this.#booth.choices[this.#contest.uuid] = choice;
    this.#ways.next();
  }

  #clear(): void {
    for (const input of [...this.#inputs, this.#blank]) if (input) input.checked = false;
    delete this.#booth.choices[this.#contest.uuid];
    this.#complain("");
    this.#count();
    this.#booth.stage.status(m("The choice was cleared."));
  }

  #leave(): void {
    delete this.#booth.choices[this.#contest.uuid];
    this.#ways.back();
  }
}
