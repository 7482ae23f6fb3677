/** Pieces that several screens are made of. */

import type { Booth } from "./booth.ts";
import { type Child, el, svg } from "./dom.ts";
import type { Contest } from "./election.ts";
import { qrMatrix } from "./qr.ts";
import { type Args, m, type Texts } from "./texts.ts";

export interface ButtonOptions {
  id: string;
  text: string;
  args?: Args;
  kind?: "main" | "plain" | "text";
  press: () => void;
}

/** One solid button per screen; the others are plain. */
export function button(t: Texts, { id, text, args, kind = "plain", press }: ButtonOptions): HTMLButtonElement {
  const made = el("button", { type: "button", id, "data-testid": id, class: `button ${kind}`, on: { click: press } });
  return t.say(made, text, args);
}

/** Buttons in a row that wraps. */
export function actions(...children: Child[]): HTMLElement {
  return el("div", { class: "actions" }, ...children);
}

export function banner(t: Texts, kind: "info" | "warning" | "error", id: string, text: string, args?: Args): HTMLElement {
  return el("div", { class: `banner ${kind}`, "data-testid": id }, t.p(text, args));
}

/** Stands on every screen between choosing and sending (attack V07). */
export function notSent(t: Texts): HTMLElement {
  return banner(t, "warning", "not-sent", m("Your vote has not been sent yet."));
}

/** What is said about an earlier vote, before anybody can know whether there is one. */
export function earlierVote(booth: Booth): HTMLElement | undefined {
  if (Object.keys(booth.standing).length > 0) return undefined;
  const { revote } = booth.election;
  const text = revote
    ? m("If you voted before, this vote replaces it.")
    : m("If you voted before, this vote will be refused.");
  return booth.texts.p(text, {}, "note");
}

/** What the board says about a field, once it is known (voting-flow 7). */
export function standing(booth: Booth, contest: Contest): HTMLElement | undefined {
  const index = booth.standing[contest.uuid];
  if (index === undefined) return undefined;
  const t = booth.texts;
  const said =
    index === null
      ? t.p(m("No ballot of yours is in yet."), {}, "standing")
      : t.p(m("A ballot of yours is in (entry ${n})."), { n: index }, "standing");
  said.dataset.testid = `standing-${contest.key}`;
  return said;
}

/** Help that opens. */
export function more(t: Texts, id: string, title: string, ...children: Child[]): HTMLElement {
  const summary = t.say(el("summary"), title);
  return el("details", { id, "data-testid": id, class: "more" }, summary, ...children);
}

export function list(className: string, ...items: Child[]): HTMLUListElement {
  const rows = items.filter((item) => item).map((item) => el("li", {}, item));
  return el("ul", { class: className }, ...rows);
}

/** A QR code as a drawing with a quiet zone of four modules. */
export function qrDrawing(t: Texts, address: string, alternative: string): SVGElement {
  const matrix = qrMatrix(address);
  const size = matrix.length + 8;
  const path = matrix
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : "")))
    .join("");
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${size} ${size}`, role: "img", class: "qr", "shape-rendering": "crispEdges" },
    svg("rect", { width: size, height: size, fill: "#fff" }),
    svg("path", { d: path, fill: "#000" }),
  );
  return t.label(drawing, "aria-label", alternative);
}

/** A button that copies a text and says so. */
export function copyButton(booth: Booth, id: string, title: string, text: string): HTMLButtonElement {
  const t = booth.texts;
  const press = () => {
    const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
    done.then(
      () => booth.stage.status(m("Copied.")),
      () => booth.stage.status(m("Copying is not possible here. Please select the text yourself.")),
    );
  };
  return button(t, { id, text: title, press });
}

/** The last minute of a period whose end is exclusive: 23:59, not 0:00 of the next day. */
export function lastMinute(t: Texts, closes: string | number, zone: string): () => string {
  return instant(t, new Date(closes).getTime() - 1000, zone);
}

/** An instant as people of the vote's place read it. */
export function instant(t: Texts, at: string | number, zone: string): () => string {
  return () => {
    const date = new Date(at);
    const format = new Intl.DateTimeFormat(t.locale, {
      dateStyle: "full",
      timeStyle: "short",
      timeZone: zone,
    }).format(date);
    return t.plain(m("${time} (Japan time)"), { time: format });
  };
}
