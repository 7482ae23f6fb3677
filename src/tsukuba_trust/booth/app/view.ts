/** How the page looks to this reader: language, size, contrast, readings; in memory only. */

import { el } from "./dom.ts";
import { m, type Texts } from "./texts.ts";

export const SIZES = ["100", "125", "150", "200"];
export const CONTRASTS = ["normal", "high", "low"];
const OWN_NAMES: Record<string, string> = { ja: "日本語", en: "English" };
const CONTRAST_NAMES: Record<string, string> = { normal: m("Normal"), high: m("High"), low: m("Soft") };

export interface Look {
  lang: string;
  size: string;
  contrast: string;
  ruby: boolean;
  kiosk: boolean;
}

/** Read the look from an address and the browser's languages (voting-flow 2.2). */
export function readLook(query: URLSearchParams, known: string[], wished: readonly string[]): Look {
  const one = (name: string, values: string[]): string => {
    const value = query.get(name) ?? "";
    return values.includes(value) ? value : (values[0] as string);
  };
  const asked = [query.get("lang") ?? "", ...wished, ...wished.map((tag) => tag.split("-")[0] as string)];
  return {
    lang: asked.find((tag) => known.includes(tag)) ?? "ja",
    size: one("size", SIZES),
    contrast: one("contrast", CONTRASTS),
    ruby: query.get("ruby") === "1",
    kiosk: query.get("kiosk") === "1",
  };
}

/** The query that keeps a look; no step and no choice is ever in it. */
export function lookQuery(look: Look): string {
  const query = new URLSearchParams({ lang: look.lang });
  if (look.kiosk) query.set("kiosk", "1");
  if (look.size !== "100") query.set("size", look.size);
  if (look.contrast !== "normal") query.set("contrast", look.contrast);
  if (look.ruby) query.set("ruby", "1");
  return query.toString();
}

export class View {
  readonly look: Look;
  readonly #texts: Texts;
  readonly #known: string[];
  /** told after every change, to set the title */
  changed: () => void = () => undefined;

  constructor(look: Look, texts: Texts, known: string[]) {
    this.look = look;
    this.#texts = texts;
    this.#known = known;
  }

  /** Show the page in its present look, without loading or losing anything. */
  apply(): void {
    const { look } = this;
    const root = document.documentElement;
    root.lang = look.lang;
    root.dataset.size = look.size;
    root.dataset.contrast = look.contrast;
    this.#texts.locale = look.lang;
    this.#texts.readings = look.ruby && look.lang.startsWith("ja");
    const address = `${location.pathname}?${lookQuery(look)}`;
    history.replaceState(history.state, "", address);
    this.#texts.refresh(document);
    this.changed();
  }

  /** Take the look that a visit was begun with. */
  take(query: URLSearchParams): void {
    Object.assign(this.look, readLook(query, this.#known, [this.look.lang]));
    this.apply();
  }

  /** The controls, offered on every screen. */
  controls(): HTMLElement {
    const t = this.#texts;
    const languages = el("div", { class: "choices", role: "group" });
    t.label(languages, "aria-label", m("Language"));
    for (const tag of this.#known) {
      const button = this.#button(`lang-${tag}`, () => this.look.lang === tag, () => (this.look.lang = tag));
      button.lang = tag;
      button.textContent = OWN_NAMES[tag] ?? tag;
      languages.append(button);
    }
    const more = el("details", { id: "settings", class: "settings" }, t.say(el("summary"), m("Display")));
    more.append(
      this.#group(m("Text size"), SIZES, (size) => `${size} %`, "size"),
      this.#group(m("Contrast"), CONTRASTS, (name) => CONTRAST_NAMES[name] as string, "contrast"),
      this.#ruby(),
    );
    return el("div", { class: "controls" }, languages, more);
  }

  #group(title: string, values: string[], name: (value: string) => string, key: "size" | "contrast"): HTMLElement {
    const t = this.#texts;
    const group = el("div", { class: "choices", role: "group" }, t.say(el("span", { class: "legend" }), title));
    t.label(group, "aria-label", title);
    for (const value of values) {
      const button = this.#button(`${key}-${value}`, () => this.look[key] === value, () => (this.look[key] = value));
      group.append(t.say(button, name(value)));
    }
    return group;
  }

  #ruby(): HTMLElement {
    const button = this.#button("ruby", () => this.look.ruby, () => (this.look.ruby = !this.look.ruby));
    button.lang = "ja";
    button.textContent = "ふりがな";
    return this.#texts.keep(el("div", { class: "choices" }, button), () => {
      button.hidden = !this.look.lang.startsWith("ja");
    });
  }

  #button(id: string, pressed: () => boolean, choose: () => void): HTMLButtonElement {
    const button = el("button", { type: "button", id, "data-testid": id, class: "choice" });
    button.addEventListener("click", () => {
      choose();
      this.apply();
    });
    return this.#texts.keep(button, () => button.setAttribute("aria-pressed", String(pressed())));
  }
}
