/**
 * Texts in the reader's language, exchanged where they stand when the language changes.
 *
 * A message's id is its English text. Catalogues write readings as `{漢字|かんじ}`; they
 * become <ruby> where readings are wanted, and are left out in titles and attributes.
 */

import { el } from "./dom.ts";

/** A function is asked again at every change of language. */
export type Args = Record<string, string | number | (() => string)>;
export type Catalogue = Record<string, string>;

/** A text of the election in all its languages, the official one first. */
export interface Localized {
  texts: { locale: string; text: string; official?: boolean }[];
}

/** Mark a message id: `m("Send")`. The catalogues are compared with all marks by a test. */
export const m = (id: string): string => id;

const READING = /\{([^{}|]+)\|([^{}|]+)\}/g;
const NEAR: Record<string, string> = { "ja-simple": "ja" };

/** A message without its readings. */
export function withoutReadings(text: string): string {
  return text.replace(READING, "$1");
}

/** A message in parts: plain text, or a word with its reading. */
export function parts(text: string): (string | [string, string])[] {
  const found: (string | [string, string])[] = [];
  let at = 0;
  for (const match of text.matchAll(READING)) {
    if (match.index > at) found.push(text.slice(at, match.index));
    found.push([match[1] as string, match[2] as string]);
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}

/** The variant of a text that a reader of this language gets. */
export function pick({ texts }: Localized, locale: string): { locale: string; text: string } {
  const chain = [locale, NEAR[locale], locale.split("-")[0], "en"];
  for (const tag of chain) {
    const found = texts.find((one) => one.locale === tag);
    if (found !== undefined) return found;
  }
  return texts[0] ?? { locale, text: "" };
}

export class Texts {
  locale = "ja";
  readings = false;
  readonly catalogues: Record<string, Catalogue> = {};
  readonly #live = new WeakMap<Element, (() => void)[]>();

  /** A message as plain text: for titles, attributes and what is spoken. */
  plain(id: string, args: Args = {}): string {
    return withoutReadings(this.#filled(id, args));
  }

  /** Put a message into an element, and keep it in the reader's language. */
  say<E extends Element>(element: E, id: string, args: Args = {}): E {
    element.setAttribute("data-msg", id);
    return this.keep(element, () => this.#write(element, this.#filled(id, args)));
  }

  /** As `say`, for an attribute. */
  label<E extends Element>(element: E, attribute: string, id: string, args: Args = {}): E {
    return this.keep(element, () => element.setAttribute(attribute, this.plain(id, args)));
  }

  /** Put a text of the election into an element, with the language it is really in. */
  show<E extends Element>(element: E, text: Localized): E {
    return this.keep(element, () => {
      const found = pick(text, this.locale);
      element.setAttribute("lang", found.locale);
      element.textContent = found.text;
    });
  }

  /** A message in an element of its own. */
  span(id: string, args: Args = {}): HTMLSpanElement {
    return this.say(el("span"), id, args);
  }

  /** A paragraph with a message. */
  p(id: string, args: Args = {}, className = ""): HTMLParagraphElement {
    return this.say(el("p", { class: className || undefined }), id, args);
  }

  /** Do something now and at every change of language, as long as the element stands. */
  keep<E extends Element>(element: E, work: () => void): E {
    const works = this.#live.get(element);
    if (works === undefined) this.#live.set(element, [work]);
    else works.push(work);
    element.setAttribute("data-live", "");
    work();
    return element;
  }

  /** Drop what an element said, because it is to say something else. */
  drop(element: Element): void {
    this.#live.delete(element);
  }

  /** Write everything below an element again. */
  refresh(root: ParentNode): void {
    for (const element of root.querySelectorAll("[data-live]")) {
      for (const work of this.#live.get(element) ?? []) work();
    }
  }

  #filled(id: string, args: Args): string {
    const text = this.catalogues[this.locale]?.[id] ?? id;
    return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
      const value = args[name];
      if (value === undefined) return whole;
      return typeof value === "function" ? value() : String(value);
    });
  }

  #write(element: Element, text: string): void {
    if (!this.readings) {
      element.textContent = withoutReadings(text);
      return;
    }
    const nodes = parts(text).map((part) => (typeof part === "string" ? part : ruby(part)));
    element.replaceChildren(...nodes);
  }
}

function ruby([word, reading]: [string, string]): HTMLElement {
  const parenthesis = (text: string) => el("rp", {}, text);
  return el("ruby", {}, word, parenthesis("（"), el("rt", {}, reading), parenthesis("）"));
}
