/** Not open, over or suspended: said with exact times; it opens by itself. */

import type { Booth } from "../booth.ts";
import { el } from "../dom.ts";
import { actions, button } from "../parts.ts";
import { m } from "../texts.ts";
import { fault } from "./fault.ts";

const LOOK_AGAIN_MS = 5_000;

export interface WaitingWays {
  /** asks the service again; true = voting is open now */
  look: () => Promise<boolean>;
  receipts: () => void;
}

export function waiting(booth: Booth, code: string, ways: WaitingWays): void {
  const { texts: t, stage, election } = booth;
  const left = el("p", { class: "countdown", "data-testid": "countdown" });
  const opens = Date.parse(election.opens);
  const tick = () => {
    const minutes = Math.max(0, Math.ceil((opens - Date.now()) / 60_000));
    t.drop(left);
    t.say(left, m("Time left: ${days} d ${hours} h ${minutes} min"), {
      days: Math.floor(minutes / 1440),
      hours: Math.floor((minutes % 1440) / 60),
      minutes: minutes % 60,
    });
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  const receipts = Object.keys(booth.kept?.receipts ?? {}).length > 0;
  stage.show({
    name: "problem",
    title: code === "not_open" ? m("Voting has not begun yet.") : m("No votes are taken now"),
    leave: () => clearInterval(timer),
    content: [
      t.show(el("p", { class: "election" }), election.title),
      fault(booth, { code }),
      code === "not_open" && left,
      t.show(el("p", { class: "period" }), election.period),
      receipts && actions(button(t, { id: "to-receipts", text: m("Show the receipts"), press: ways.receipts })),
      el("p", {}, t.say(el("a", { href: `${election.portalUrl}/`, rel: "noreferrer" }), m("To the list of votes"))),
    ],
  });
  if (code !== "not_open") return;
  tick();
  timer = setInterval(() => {
    tick();
    if (!document.hidden) void ways.look();
  }, LOOK_AGAIN_MS);
}
