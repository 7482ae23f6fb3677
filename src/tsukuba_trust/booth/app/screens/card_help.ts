/** Help for the card: which password, where to hold it, what to do when it cannot be read. */

import { el, svg } from "../dom.ts";
import { list, more } from "../parts.ts";
import { m, type Texts } from "../texts.ts";

export function cardHelp(t: Texts): HTMLElement {
  return el(
    "section",
    { class: "card-help" },
    t.say(el("h2"), m("Which password?")),
    passwordPicture(t),
    t.p(m("The signature password: 6 to 16 characters, capital letters and digits. Not the PIN of 4 digits.")),
    t.p(m("After 5 wrong tries in a row it is locked, and only the city office unlocks it. Your phone shows how many tries are left.")),
    more(
      t,
      "unreadable",
      m("The card cannot be read well?"),
      list(
        "help",
        t.span(m("Take off the phone’s case, and put the card on a flat table that is not metal.")),
        t.span(m("iPhone: hold the upper edge of the phone on the middle of the card.")),
        t.span(m("Android: hold the middle of the phone’s back, or the place with the contactless mark, on the card.")),
        t.span(m("Do not move card or phone until the phone says that it is done.")),
        t.span(m("A reading that breaks off does not count as a wrong try.")),
      ),
    ),
  );
}

/** Two fields side by side: the long one is right, the short one is wrong. */
function passwordPicture(t: Texts): SVGElement {
  const field = (x: number, width: number, text: string, right: boolean) => [
    svg("rect", { x, y: 8, width, height: 44, rx: 6, class: right ? "right" : "wrong" }),
    svg("text", { x: x + width / 2, y: 38, "text-anchor": "middle", class: "sample" }, text),
    svg("text", { x: x + width / 2, y: 76, "text-anchor": "middle", class: right ? "right" : "wrong" }, right ? "○" : "×"),
  ];
  const drawing = svg(
    "svg",
    { viewBox: "0 0 320 84", role: "img", class: "password" },
    ...field(4, 200, "ABC123DEF", true),
    ...field(220, 96, "1234", false),
  );
  return t.label(drawing, "aria-label", m("Picture: the long password with capital letters and digits is the right one, the short one of four digits is wrong."));
}
