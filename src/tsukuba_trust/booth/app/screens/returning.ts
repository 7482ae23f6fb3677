/** `/return` in a browser that does not know the attempt: nothing is consumed. */

import { el } from "../dom.ts";
import type { Stage } from "../stage.ts";
import { m, type Texts } from "../texts.ts";

export function returnUnknown(stage: Stage, t: Texts, heard: boolean): void {
  const text = heard
    ? m("Go back to the page where you started: it goes on there. You can close this tab.")
    : m("This browser does not know the vote you started.");
  stage.show({
    name: "return",
    title: heard ? m("It goes on in another tab") : m("Go back to the page where you started"),
    content: [
      el(
        "div",
        { class: "banner warning", "data-testid": heard ? "return-heard" : "return-unknown" },
        t.p(text),
        !heard && t.p(m("If your phone shows six digits, type them there. Nothing has been lost.")),
      ),
    ],
  });
}

export function notFound(stage: Stage, t: Texts, text: string): void {
  const portal = el("a", { href: "/", rel: "noreferrer", "data-testid": "to-portal" });
  stage.show({
    name: "problem",
    title: m("This step did not work"),
    content: [
      el("div", { class: "banner error", "data-testid": "fault" }, t.p(text)),
      el("p", {}, t.say(portal, m("To the list of votes"))),
    ],
  });
}
