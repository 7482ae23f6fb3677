/** How a problem is told: what happened, what is safe, what to do, code and incident. */

import { BoothError } from "../../types.ts";
import { Lost, Refused, type RefusalDetails } from "../api.ts";
import type { Booth } from "../booth.ts";
import { type Child, el } from "../dom.ts";
import { actions, button, instant, lastMinute } from "../parts.ts";
import { wordsFor } from "../problems.ts";
import { m } from "../texts.ts";

export interface Fault {
  code: string;
  incident?: string;
  details?: RefusalDetails;
}

/** Read whatever was thrown as a code that can be told. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Refused) return { code: error.code, incident: error.incident, details: error.details };
  if (error instanceof Lost) return { code: error.sent ? "network_lost_unknown" : "network_lost_before_send" };
  if (error instanceof BoothError) return { code: error.code };
  if (typeof error === "object" && error !== null && "code" in error) return error as Fault;
  return { code: "device_unsupported" };
}

export function fault(booth: Booth, error: unknown): HTMLElement {
  const { texts: t, election } = booth;
  const { code, incident = "", details = {} } = faultOf(error);
  const { what, help } = wordsFor(details.step === "credential_replaced" ? "credential_replaced" : code);
  const { triesLeft, index, opens, closes } = details;
  const zone = election.timezone;
  return el(
    "div",
    { class: "banner error", "data-testid": "fault", "data-code": code },
    t.p(what, {}, "what"),
    t.p(help),
    typeof triesLeft === "number" && t.p(m("Tries left: ${n}"), { n: triesLeft }),
    typeof index === "number" && t.p(m("It is entry ${n} of the public record."), { n: index }),
    code === "not_open" && t.p(m("Voting begins: ${time}"), { time: instant(t, opens ?? election.opens, zone) }),
    code === "closed" && t.p(m("Voting ended: ${time}"), { time: lastMinute(t, closes ?? election.closes, zone) }),
    el(
      "p",
      { class: "marks" },
      t.span(m("Code")),
      " ",
      el("code", { "data-testid": "code" }, code),
      incident !== "" && " ",
      incident !== "" && t.span(m("Incident")),
      incident !== "" && " ",
      incident !== "" && el("code", { "data-testid": "incident" }, incident),
    ),
    el("p", { class: "contact" }, t.span(m("Help:")), " ", t.show(el("span"), election.contact)),
  );
}

export interface ProblemWay {
  id: string;
  text: string;
  press: () => void;
}

/** A screen for a problem that stops this step. */
export function problem(booth: Booth, error: unknown, ways: ProblemWay[], more: Child[] = []): void {
  const { texts: t, stage, election } = booth;
  const portal = el("a", { href: `${election.portalUrl}/`, rel: "noreferrer", "data-testid": "to-portal" });
  stage.show({
    name: "problem",
    title: m("This step did not work"),
    content: [
      fault(booth, error),
      ...more,
      actions(...ways.map((way, at) => button(t, { ...way, kind: at === 0 ? "main" : "plain" }))),
      el("p", {}, t.say(portal, m("To the list of votes"))),
    ],
  });
}
