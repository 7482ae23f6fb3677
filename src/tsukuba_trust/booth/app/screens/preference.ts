/** V3 for rankings, lists, scores and grades. Nothing is preselected, nothing is ever stored. */

import type { Form } from "../../crypto/preference_forms.ts";
import type { Booth } from "../booth.ts";
import { el } from "../dom.ts";
import { type Contest, type Option, screenLabel } from "../election.ts";
import { actions, button, notSent, standing } from "../parts.ts";
import { type Fault, faultIn, saidIn, vectorOfLevels } from "../preferences.ts";
import { m } from "../texts.ts";
import type { BallotWays } from "./ballot.ts";
import { ChoiceBar, MANY, optionFilter } from "./option_filter.ts";

const FAULTS: Record<Fault, string> = {
  empty: m("Nothing is filled in yet. To leave this field out, go back without choosing."),
  too_few: m("Rank at least ${min}."),
  too_many: m("Rank ${n} at most."),
  twice: m("A place was given twice. Every place can be given once."),
  gap: m("A place was left out. Begin with 1 and leave out none."),
};

export class PreferenceScreen {
  readonly #booth: Booth;
  readonly #contest: Contest;
  readonly #form: Form;
  readonly #ways: BallotWays;
  readonly #error: HTMLElement;
  /** per option; undefined = nothing said */
  #levels: (number | undefined)[];
  /** one per option: shows the level again */
  readonly #draw: (() => void)[] = [];
  /** on long ballots only */
  #bar: ChoiceBar | undefined;
  #blank: HTMLInputElement | undefined;

  constructor(booth: Booth, contest: Contest, form: Form, ways: BallotWays) {
    this.#booth = booth;
    this.#contest = contest;
    this.#form = form;
    this.#ways = ways;
    this.#error = el("div", { id: "ballot-error", class: "banner error", role: "alert", hidden: true });
    this.#levels = contest.options.map(() => undefined);
    for (const { option, level } of saidIn(form, booth.choices[contest.uuid] ?? "blank")) this.#levels[option] = level;
  }

  show(): void {
    const { texts: t, stage } = this.#booth;
    const contest = this.#contest;
    const rows = contest.options.map((option, index) => this.#row(option, index));
    const next = button(t, { id: "next", kind: "main", text: m("Next"), press: () => this.#next() });
    if (rows.length >= MANY) this.#bar = new ChoiceBar(t, next);
    const legend = el(
      "legend",
      {},
      t.show(el("span", { class: "contest", "data-testid": "contest-title" }), contest.title),
      t.show(el("span", { class: "question" }), contest.question),
    );
    const fields = el("fieldset", { "aria-describedby": "how-many ballot-error" }, legend, this.#how(), this.#bar && this.#filter(rows), ...rows, contest.blank && this.#blankRow());
    stage.show({
      name: "V3",
      title: m("Ballot"),
      back: this.#ways.back,
      content: [
        notSent(t),
        standing(this.#booth, contest),
        this.#error,
        el("form", { autocomplete: "off", on: { submit: (event) => event.preventDefault() } }, fields),
        this.#bar?.element,
        actions(
          this.#bar === undefined && next,
          button(t, { id: "clear", text: m("Clear the choice"), press: () => this.#clear() }),
          button(t, { id: "back", kind: "text", text: m("Back without choosing"), press: () => this.#leave() }),
        ),
      ],
    });
    if (this.#blank) this.#blank.checked = this.#booth.choices[contest.uuid] === "blank";
    this.#redraw();
  }

  #filter(rows: HTMLElement[]): HTMLElement {
    const found = this.#contest.options.map((option, index) => ({
      option,
      element: rows[index] as HTMLElement,
      isChosen: () => this.#levels[index] !== undefined,
    }));
    return optionFilter(this.#booth.texts, found);
  }

  #how(): HTMLElement {
    const { kind, low, high, ties } = this.#form;
    const args = { min: low, n: high, best: high - 1 };
    const texts: Record<string, string> = {
      score: m("Give each option from 0 to ${best} points. You need not give points to all."),
      grade: m("Give each option a grade. You need not grade all."),
      list: m("Press the options in your order: the best first. At least ${min}, at most ${n}."),
      ranking: m("Press the options in your order: the best first. At least ${min}, at most ${n}."),
    };
    const tied = m("Give each option its place: 1 is the best. Several may share a place.");
    const said = this.#booth.texts.p(ties ? tied : (texts[kind] as string), args, "how-many");
    said.id = "how-many";
    return said;
  }

  #row(option: Option, index: number): HTMLElement {
    const { texts: t } = this.#booth;
    const label = screenLabel(option);
    const letter = label !== "" && el("span", { class: "letter" }, label);
    const name = t.show(el("span", { class: "name", translate: "no", id: `name-${index}` }), option.name);
    const { kind, ties } = this.#form;
    const row =
      (kind === "ranking" && !ties) || kind === "list"
        ? this.#pressed(index, letter, name)
        : kind === "grade"
          ? this.#grades(index, letter, name)
          : this.#picked(index, letter, name);
    const { description } = option;
    if (description === null) return el("div", { class: "option-card" }, row);
    const summary = t.say(el("summary"), m("Details"));
    t.keep(summary, () => summary.setAttribute("aria-label", `${t.plain(m("Details"))}: ${name.textContent}`));
    const text = t.show(el("p", { class: "description" }), description);
    return el("div", { class: "option-card" }, row, el("details", { class: "more" }, summary, text));
  }

  /** A button that gives the next place, and pressed again takes it away. */
  #pressed(index: number, letter: HTMLElement | false, name: HTMLElement): HTMLElement {
    const { texts: t } = this.#booth;
    const place = el("span", { class: "place", "aria-hidden": "true", "data-testid": `place-${index}` });
    const spoken = el("span", { class: "spoken" });
    const row = el("button", { type: "button", class: "option ranked", id: `option-${index}`, "data-testid": `option-${index}` }, place, letter, name, spoken);
    row.addEventListener("click", () => this.#press(index));
    const draw = () => {
      const level = this.#levels[index];
      place.textContent = level === undefined ? "" : String(level);
      const said = level === undefined ? t.plain(m("no place")) : t.plain(m("place ${n}"), { n: level });
      spoken.textContent = `, ${said}`;
      row.setAttribute("aria-pressed", String(level !== undefined));
    };
    this.#draw.push(draw);
    return t.keep(row, draw);
  }

  #press(index: number): void {
    const level = this.#levels[index];
    const used = this.#levels.filter((one) => one !== undefined).length;
    if (level === undefined && used >= this.#form.high) return this.#complain(FAULTS.too_many);
    // Who takes a place away lets the later ones move up: no gap can arise.
    if (level === undefined) this.#levels[index] = used + 1;
    else this.#levels = this.#levels.map((one) => (one === level ? undefined : one !== undefined && one > level ? one - 1 : one));
    this.#changed();
  }

  /** A list of places or points to pick from. */
  #picked(index: number, letter: HTMLElement | false, name: HTMLElement): HTMLElement {
    const { texts: t } = this.#booth;
    const { kind, high } = this.#form;
    const none = t.say(el("option", { value: "" }), kind === "score" ? m("no points") : m("no place"));
    const first = kind === "score" ? 0 : 1;
    const count = kind === "score" ? high : this.#contest.options.length;
    const levels = Array.from({ length: count }, (_, at) => el("option", { value: at + first }, String(at + first)));
    const select = el("select", { id: `option-${index}`, "data-testid": `option-${index}`, autocomplete: "off" }, none, ...levels);
    select.addEventListener("change", () => {
      this.#levels[index] = select.value === "" ? undefined : Number(select.value);
      this.#changed();
    });
    this.#draw.push(() => (select.value = String(this.#levels[index] ?? "")));
    return el("label", { class: "option picked", for: select.id }, letter, name, select);
  }

  /** One group of grades per option, the best first. */
  #grades(index: number, letter: HTMLElement | false, name: HTMLElement): HTMLElement {
    const inputs = this.#form.grades.map((_, at) => {
      const input = el("input", { type: "radio", name: `grade-${index}`, id: `option-${index}-${at + 1}`, "data-testid": `option-${index}-${at + 1}` });
      input.addEventListener("change", () => {
        this.#levels[index] = at + 1;
        this.#changed();
      });
      return input;
    });
    this.#draw.push(() => inputs.forEach((input, at) => (input.checked = this.#levels[index] === at + 1)));
    const rows = inputs.map((input, at) => el("label", { class: "option", for: input.id }, input, el("span", { class: "grade" }, this.#form.grades[at])));
    return el("fieldset", { class: "grades" }, el("legend", {}, letter, name), ...rows);
  }

  #blankRow(): HTMLElement {
    const input = el("input", { type: "checkbox", id: "option-blank", "data-testid": "option-blank" });
    input.addEventListener("change", () => {
      if (input.checked) this.#levels = this.#levels.map(() => undefined);
      this.#complain("");
      this.#redraw();
    });
    this.#blank = input;
    const name = el("span", { class: "name" }, this.#booth.texts.span(m("Blank vote: you take part, and choose none of these")));
    return el("div", { class: "option-card blank" }, el("label", { class: "option", for: input.id }, input, name));
  }

  #changed(): void {
    if (this.#blank) this.#blank.checked = false;
    this.#complain("");
    this.#redraw();
  }

  #redraw(): void {
    for (const draw of this.#draw) draw();
    const { kind, high } = this.#form;
    const said = this.#levels.filter((level) => level !== undefined).length;
    this.#bar?.show(said, kind === "list" || kind === "ranking" ? high : this.#levels.length);
  }

  #complain(id: string): void {
    const { low, high } = this.#form;
    this.#error.hidden = id === "";
    this.#error.replaceChildren();
    if (id !== "") this.#error.append(this.#booth.texts.p(id, { n: high, min: low }));
  }

  #next(): void {
    const fault = this.#blank?.checked ? undefined : faultIn(this.#form, this.#levels);
    if (fault !== undefined) {
      this.#complain(FAULTS[fault]);
      this.#error.scrollIntoView({ block: "center" });
      return;
    }
    const vector = vectorOfLevels(this.#form, this.#levels);
    this.#booth.choices[this.#contest.uuid] = this.#blank?.checked ? "blank" : vector;
    this.#ways.next();
  }

  #clear(): void {
    this.#levels = this.#levels.map(() => undefined);
    if (this.#blank) this.#blank.checked = false;
    delete this.#booth.choices[this.#contest.uuid];
    this.#complain("");
    this.#redraw();
    this.#booth.stage.status(m("The choice was cleared."));
  }

  #leave(): void {
    delete this.#booth.choices[this.#contest.uuid];
    this.#ways.back();
  }
}
