/**
 * V7: receipts. They prove that a ballot stands on the board, never what it holds (attack V03).
 *
 * Only a head that k witnesses have signed makes it "recorded" (architecture D4); no witness
 * signs yet, so every receipt says "received".
 */

import { receiptNumber } from "../../receipts.ts";
import type { Booth } from "../booth.ts";
import { download, el } from "../dom.ts";
import type { Contest } from "../election.ts";
import type { KeptReceipt } from "../kept.ts";
import { isKiosk } from "../kiosk.ts";
import { Lost, Refused } from "../api.ts";
import { actions, banner, button, copyButton, instant, more, notSent, qrDrawing, standing } from "../parts.ts";
import { m } from "../texts.ts";
import { earlierUses } from "./sending.ts";

export interface ReceiptsWays {
  more: () => void;
  finish: () => void;
}

export function receipts(booth: Booth, ways: ReceiptsWays): void {
  const { election, texts: t, stage } = booth;
  const kept = booth.kept?.receipts ?? {};
  const shown = election.contests.filter(({ uuid }) => uuid in kept);
  const left = election.contests.length - shown.length;
  stage.show({
    name: "V7",
    title: m("Your vote has been received"),
    content: [
      booth.chosen.length > 0 && notSent(t),
      el("ul", { class: "cards receipts" }, ...shown.map((one) => card(booth, one, kept[one.uuid] as KeptReceipt))),
      others(booth),
      earlierUses(booth),
      more(
        t,
        "what-it-proves",
        m("What a receipt proves"),
        t.p(m("It proves that your sealed ballot stands in the public record and is counted unless a later one of yours replaces it. It does not show what you chose, not even to you.")),
        t.p(m("Anybody who has your receipt number can see that you voted again, not what.")),
        t.p(election.revote ? m("You may vote again until the end: the last ballot counts.") : m("In this vote a ballot cannot be replaced.")),
      ),
      left > 0 && t.p(m("Fields left: ${n}"), { n: left }, "left"),
      actions(
        (left > 0 || election.revote) &&
          button(t, { id: "next-field", kind: left > 0 ? "main" : "plain", text: left > 0 ? m("To the next field") : m("Vote again"), press: ways.more }),
        !isKiosk() && button(t, { id: "print", text: m("Print"), press: () => print() }),
        button(t, { id: "finish", kind: left > 0 ? "plain" : "main", text: m("Finish and erase from this device"), press: ways.finish }),
      ),
      isKiosk() ? t.p(m("Photograph the receipts with your own phone first, or write the numbers down."), {}, "note") : t.p(m("Save or print your receipts first. Without “Finish”, this browser erases them 30 minutes after the last step."), {}, "note"),
    ],
  });
  void askReplaced(booth, shown);
}

/** Fields without a receipt of this visit, and what the board says of them. */
function others(booth: Booth): HTMLElement | false {
  const { election, texts: t, kept } = booth;
  const known = election.contests.filter(({ uuid }) => uuid in booth.standing && !(uuid in (kept?.receipts ?? {})));
  if (known.length === 0) return false;
  const rows = known.map((one) => el("li", { class: "card" }, t.show(el("h2"), one.title), standing(booth, one)));
  return el("ul", { class: "cards", "data-testid": "others" }, ...rows);
}

/** Address of a receipt's check: its values stand in the fragment, so in no log. */
export function checkAddress(portal: string, slug: string, receipt: KeptReceipt): string {
  return `${portal}/check#${slug}.${receipt.index}.${receipt.tracker}`;
}

function card(booth: Booth, contest: Contest, receipt: KeptReceipt): HTMLElement {
  const { texts: t, election } = booth;
  const number = receiptNumber(receipt.index, receipt.tracker);
  const address = checkAddress(election.portalUrl, election.slug, receipt);
  const { key } = contest;
  const save = () => download(`receipt-${number}.txt`, receipt.proof, "text/plain");
  const link = el("a", { href: address, target: "_blank", rel: "noopener noreferrer", "data-testid": `check-${key}` });
  return el(
    "li",
    { class: "card receipt", "data-testid": `receipt-${key}` },
    t.show(el("h2"), contest.title),
    t.p(m("Received as entry ${n}"), { n: receipt.index }, "recorded"),
    el("div", { id: `replaced-${key}`, role: "status" }),
    el("p", {}, t.span(m("Receipt number")), " ", el("bdi", { class: "number", "data-testid": `number-${key}` }, number)),
    t.p(m("Time on your device: ${time} (not stored by us)"), { time: instant(t, receipt.at, election.timezone) }),
    t.p(m("Check it on another device: scan this code there."), {}, "check-first"),
    qrDrawing(t, address, m("QR code of the address that checks this receipt")),
    !isKiosk() && actions(
      copyButton(booth, `copy-${key}`, m("Copy the number"), number),
      button(t, { id: `save-${key}`, text: m("Save the receipt"), press: save }),
    ),
    !isKiosk() && el("p", { class: "weak" }, t.say(link, m("Check on this device")), " ", t.span(m("(weaker: a dishonest device could show anything)"))),
  );
}

/** Say so when a later ballot of the same voter replaces this one (attack V01). */
async function askReplaced(booth: Booth, shown: Contest[]): Promise<void> {
  const { texts: t } = booth;
  for (const { uuid, key } of shown) {
    const kept = booth.kept?.receipts[uuid];
    if (kept === undefined) continue;
    try {
      const found = await booth.api.receipt(uuid, kept.tracker);
      const later = found?.replacedBy ?? null;
      if (later === null) continue;
      const said = banner(t, "warning", `later-${key}`, m("A later ballot of the same voter (entry ${n}) replaces this one."), { n: later });
      document.getElementById(`replaced-${key}`)?.replaceChildren(said);
    } catch (error) {
      if (!(error instanceof Lost || error instanceof Refused)) throw error;
    }
  }
}
