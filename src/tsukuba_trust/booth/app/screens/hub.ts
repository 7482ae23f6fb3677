/** The hub: one card per field, chosen or not, sent or not. */

import type { Booth } from "../booth.ts";
import { el } from "../dom.ts";
import type { Contest } from "../election.ts";
import { actions, button, notSent, standing } from "../parts.ts";
import { m } from "../texts.ts";

export interface HubWays {
  choose: (contest: Contest) => void;
  confirm: () => void;
  receipts: () => void;
  back?: () => void;
}

export function hub(booth: Booth, ways: HubWays): void {
  const { election, texts: t } = booth;
  const sent = Object.keys(booth.kept?.receipts ?? {}).length;
  booth.stage.show({
    name: "hub",
    title: m("The fields of this vote"),
    back: ways.back,
    content: [
      t.show(el("p", { class: "election" }), election.title),
      booth.chosen.length > 0 && notSent(t),
      t.p(m("You can begin with any field, and leave fields out.")),
      el("ul", { class: "cards" }, ...election.contests.map((contest) => card(booth, contest, ways))),
      actions(
        booth.chosen.length > 0 &&
          button(t, { id: "to-confirm", kind: "main", text: m("Check what you chose"), press: ways.confirm }),
        sent > 0 && button(t, { id: "to-receipts", text: m("Show the receipts"), press: ways.receipts }),
      ),
    ],
  });
}

function card(booth: Booth, contest: Contest, ways: HubWays): HTMLElement {
  const { texts: t, kept } = booth;
  const receipt = kept?.receipts[contest.uuid];
  const chosen = contest.uuid in booth.choices;
  const state = chosen ? "chosen" : receipt ? "sent" : "open";
  const said = chosen
    ? t.p(m("Chosen, not sent yet"), {}, "state")
    : receipt
      ? t.p(m("Sent: received as entry ${n}"), { n: receipt.index }, "state")
      : t.p(m("Not chosen"), {}, "state");
  const title = t.show(el("h2", { id: `field-${contest.key}-title` }), contest.title);
  const text = chosen ? m("Change") : receipt ? m("Vote again") : m("Choose");
  const locked = booth.isClosed(contest);
  const press = () => ways.choose(contest);
  const go = button(t, { id: `field-${contest.key}`, text, press });
  go.setAttribute("aria-describedby", title.id);
  return el(
    "li",
    { class: `card ${state}`, "data-testid": `card-${contest.key}`, "data-state": state },
    title,
    said,
    standing(booth, contest),
    !locked && go,
  );
}
