/** Showing one screen at a time: title, steps, focus, and the way back. */

import { type Child, el } from "./dom.ts";
import { m, type Texts } from "./texts.ts";

/** Stable names: tests and styles know screens by them. */
export type ScreenName = "V2" | "hub" | "V3" | "V4" | "send" | "V9" | "V5" | "V6" | "V7" | "return" | "problem";

const STEPS: Record<string, [string, ScreenName[]][]> = {
  "choose-identify": [
    [m("Start"), ["V2"]],
    [m("Choose"), ["hub", "V3"]],
    [m("Confirm"), ["V4", "send", "V9"]],
    [m("Identify"), ["V5"]],
    [m("Send and receipt"), ["V6", "V7"]],
  ],
  "identify-choose": [
    [m("Start"), ["V2"]],
    [m("Identify"), ["V5"]],
    [m("Choose"), ["hub", "V3"]],
    [m("Confirm"), ["V4", "send", "V9"]],
    [m("Send and receipt"), ["V6", "V7"]],
  ],
};

export interface Screen {
  name: ScreenName;
  /** message id: heading and document title; never a choice */
  title: string;
  content: Child[];
  /** where the browser's back button leads; absent = nowhere */
  back?: () => void;
  /** called when another screen is shown */
  leave?: () => void;
}

export class Stage {
  flow = "choose-identify";
  readonly #texts: Texts;
  readonly #main: HTMLElement;
  readonly #status: HTMLElement;
  #screen: Screen | undefined;
  #said = "";

  constructor(texts: Texts, main: HTMLElement, status: HTMLElement) {
    this.#texts = texts;
    this.#main = main;
    this.#status = status;
    addEventListener("popstate", () => this.#back());
  }

  get current(): ScreenName | undefined {
    return this.#screen?.name;
  }

  show(screen: Screen): void {
    this.#screen?.leave?.();
    this.#screen = screen;
    this.#main.dataset.screen = screen.name;
    const heading = this.#texts.say(el("h1", { tabindex: -1, id: "heading" }), screen.title);
    this.#main.replaceChildren(...this.#steps(screen.name), heading, ...children(screen.content));
    this.#say("");
    if (screen.name !== "V2" && history.state?.booth !== true) {
      history.pushState({ booth: true }, "");
    }
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** Say something once to readers and in the title; the same text is not said again. */
  status(id: string): void {
    if (id !== this.#said) this.#say(id);
  }

  #say(id: string): void {
    this.#said = id;
    this.#texts.drop(this.#status);
    this.#status.replaceChildren();
    if (id !== "") this.#texts.say(this.#status, id);
    this.retitle();
  }

  retitle(): void {
    const screen = this.#screen;
    if (screen === undefined) return;
    const t = this.#texts;
    const first = this.#said === "" ? screen.title : this.#said;
    document.title = `${t.plain(first)} – ${t.plain(m("Internet voting"))}`;
  }

  #back(): void {
    const back = this.#screen?.back;
    if (back !== undefined) back();
    else if (this.#screen?.name !== "V2") history.pushState({ booth: true }, "");
  }

  #steps(name: ScreenName): HTMLElement[] {
    const steps = STEPS[this.flow] ?? [];
    const at = steps.findIndex(([, names]) => names.includes(name));
    if (at < 0) return [];
    const t = this.#texts;
    const items = steps.map(([title], number) => {
      const state = number < at ? "reached" : number === at ? "current" : "ahead";
      const item = el("li", { class: state, "aria-current": number === at ? "step" : undefined });
      item.append(t.span(title));
      return item;
    });
    const where = t.p(m("Step ${n} of ${of}"), { n: at + 1, of: steps.length }, "steps-text");
    return [where, el("ol", { class: "steps", "aria-hidden": "true" }, ...items)];
  }
}

function children(content: Child[]): (Node | string)[] {
  return content.filter((child): child is Node | string => child !== undefined && child !== false);
}
