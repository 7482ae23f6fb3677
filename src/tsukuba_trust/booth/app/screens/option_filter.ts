/**
 * Finding an option among many (attack B07).
 *
 * Everything was loaded before the ballot, so typing asks nobody; what is typed stands in one
 * field without a name and nowhere else.
 */

import { el } from "../dom.ts";
import type { Option } from "../election.ts";
import { m, type Texts } from "../texts.ts";

/** From how many options on a ballot can be searched. */
export const MANY = 13;

const MARKS = /[\u0300-\u036f]/g; // accents; the voicing marks of kana are others
const KATAKANA = /[\u30a1-\u30f6]/g;
const KANA_STEP = 0x60; // from katakana to hiragana

/** Fold what does not tell names apart: width, case, accents, kana, spaces and points. */
export function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(MARKS, "")
    .normalize("NFC")
    .replace(KATAKANA, (char) => String.fromCharCode(char.charCodeAt(0) - KANA_STEP))
    .replace(/[\s\u30fb.,'’-]+/g, "");
}

/** Whether an option has the typed text in its name, in any language. */
export function matches({ name, labels }: Pick<Option, "name" | "labels">, typed: string): boolean {
  const wanted = folded(typed);
  const words = [...name.texts.map(({ text }) => text), ...labels.map(({ label }) => label)];
  return words.some((word) => folded(word).includes(wanted));
}

export interface Row {
  option: Option;
  element: HTMLElement;
  isChosen: () => boolean;
}

/** The field that narrows a list; what is chosen is never hidden. */
export function optionFilter(t: Texts, rows: readonly Row[]): HTMLElement {
  const said = el("p", { class: "hint", role: "status", "data-testid": "filter-status" });
  const input = el("input", {
    type: "search",
    id: "option-filter",
    autocomplete: "off",
    autocorrect: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-describedby": "option-filter-hint",
    "data-testid": "option-filter",
  });
  input.addEventListener("input", () => {
    for (const { option, element, isChosen } of rows) {
      element.hidden = !isChosen() && !matches(option, input.value);
    }
    const shown = rows.filter(({ element }) => !element.hidden).length;
    t.drop(said);
    t.say(said, m("${n} of ${of} options are shown."), { n: shown, of: rows.length });
  });
  const hint = t.p(m("What you type here is neither stored nor sent. What you have chosen always stays on the list."), {}, "hint");
  hint.id = "option-filter-hint";
  return el("div", { class: "option-filter" }, t.say(el("label", { for: "option-filter" }), m("Find an option")), input, hint, said);
}

/** How many are chosen, beside the button that goes on: always in sight on a long ballot. */
export class ChoiceBar {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #count = el("p", { class: "count", role: "status", "data-testid": "choice-count" });

  constructor(t: Texts, next: HTMLButtonElement) {
    this.#texts = t;
    this.element = el("div", { class: "choice-bar", "data-testid": "choice-bar" }, this.#count, next);
  }

  show(n: number, max: number): void {
    this.#texts.drop(this.#count);
    this.#texts.say(this.#count, m("Chosen: ${n} of at most ${max}"), { n, max });
  }
}
