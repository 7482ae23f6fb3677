/** V2: before you start. */

import type { Booth } from "../booth.ts";
import { lacking } from "../device.ts";
import { el } from "../dom.ts";
import { actions, banner, button, earlierVote, list } from "../parts.ts";
import { m } from "../texts.ts";
import { fault } from "./fault.ts";

export function before(booth: Booth, start: () => void): void {
  const { election, texts: t, store } = booth;
  const card = election.identities.some(({ provider }) => provider === "my-number-card");
  const missing = lacking();
  const conditions = election.conditions.map((text) => t.show(el("span"), text));
  booth.stage.show({
    name: "V2",
    title: m("Before you start"),
    content: [
      t.show(el("p", { class: "election", "data-testid": "election-title" }), election.title),
      election.effect === "mock" && banner(t, "info", "mock", m("This is a mock vote: it decides nothing.")),
      el(
        "section",
        { "data-testid": "who" },
        t.say(el("h2"), m("Who can take part")),
        card && t.p(m("You can take part if your My Number Card has a Tsukuba address; nationality does not matter."), {}, "lead"),
        list("conditions", ...conditions),
      ),
      el("section", {}, t.say(el("h2"), m("What you need")), needs(booth, card)),
      earlierVote(booth),
      keeping(booth, store.persistent),
      unbound(booth),
      missing === undefined
        ? actions(button(t, { id: "start", kind: "main", text: m("Start"), press: start }))
        : fault(booth, { code: missing }),
      t.p(m("Period of voting"), {}, "label"),
      t.show(el("p", { class: "period" }), election.period),
      t.p(m("Questions"), {}, "label"),
      t.show(el("p", {}), election.contact),
    ],
  });
}

function needs(booth: Booth, card: boolean): HTMLElement {
  const t = booth.texts;
  if (!card) return list("needs", t.span(m("The voting code that you were given on paper")));
  return list(
    "needs",
    t.span(m("Your My Number Card")),
    t.span(m("The signature password: 6 to 16 capital letters and digits, not the PIN of 4 digits")),
    t.span(m("A phone that reads the card, or a card reader")),
    t.span(m("The password locks after 5 wrong tries in a row.")),
  );
}

function keeping(booth: Booth, persistent: boolean): HTMLElement {
  const t = booth.texts;
  if (persistent) {
    return t.p(m("What you choose is never stored. Your sealed ballot is kept in this browser until it is sent, for 30 minutes at most."), {}, "note");
  }
  return banner(t, "warning", "memory-only", m("This browser keeps nothing: if you close or reload this page, you start again. Stay on this page until you see your receipt."));
}

function unbound(booth: Booth): HTMLElement | false {
  if (booth.election.identities.every(({ bound }) => bound)) return false;
  return booth.texts.p(m("In this vote the code does not sign your ballot keys. Whoever issues the codes must be trusted not to use them."), {}, "note");
}
