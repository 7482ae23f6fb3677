/** V4: what was chosen and what was left out; then send, or test. */

import type { Form } from "../../crypto/preference_forms.ts";
import type { Sealed, Selection } from "../../types.ts";
import { shortTracker } from "../../receipts.ts";
import type { Booth } from "../booth.ts";
import { el } from "../dom.ts";
import type { Contest, Option } from "../election.ts";
import { screenLabel } from "../election.ts";
import { unsentBeside } from "../kept.ts";
import { isKiosk } from "../kiosk.ts";
import { actions, banner, button, earlierVote, notSent, standing } from "../parts.ts";
import { saidIn, formOf } from "../preferences.ts";
import { m } from "../texts.ts";

export interface ConfirmWays {
  change: (contest: Contest) => void;
  confirm: () => void;
  back: () => void;
}

export function confirm(booth: Booth, ways: ConfirmWays): void {
  const { texts: t } = booth;
  const left = booth.open;
  booth.stage.show({
    name: "V4",
    title: m("Check what you chose"),
    back: ways.back,
    content: [
      notSent(t),
      el("dl", { class: "chosen" }, ...booth.chosen.flatMap((contest) => row(booth, contest, ways))),
      left.length > 0 &&
        el(
          "section",
          { "data-testid": "left-out" },
          t.say(el("h2"), m("Left out")),
          el("ul", {}, ...left.map((contest) => t.show(el("li"), contest.title))),
          t.p(m("You can come back later.")),
        ),
      earlierVote(booth),
      !booth.registered && t.p(signing(booth), {}, "note"),
      actions(
        button(t, { id: "confirm", kind: "main", text: m("Confirm"), press: ways.confirm }),
        button(t, { id: "to-hub", kind: "text", text: m("Back"), press: ways.back }),
      ),
    ],
  });
}

function signing(booth: Booth): string {
  return booth.election.identities.some(({ bound }) => bound)
    ? m("What your card will sign: that your ballot keys are yours. Not what you chose.")
    : m("Your code shows that you may vote. It is not connected with what you chose.");
}

function row(booth: Booth, contest: Contest, ways: ConfirmWays): HTMLElement[] {
  const { texts: t } = booth;
  const choice = booth.choices[contest.uuid];
  const title = t.show(el("dt", { id: `chosen-${contest.key}-title` }), contest.title);
  const values = el("dd", { "data-testid": `chosen-${contest.key}` });
  const form = formOf(contest);
  if (choice === "blank") values.append(t.p(m("Blank vote")));
  else if (form !== undefined && choice !== undefined) values.append(...levels(booth, contest, form, choice));
  else {
    contest.options.forEach((option, at) => {
      if (choice?.[at] !== 1) return;
      const label = screenLabel(option);
      const letter = label !== "" && el("span", { class: "letter" }, label);
      values.append(el("p", {}, letter, t.show(el("span", { class: "name", translate: "no" }), option.name)));
    });
    const count = choice?.filter((one) => one === 1).length ?? 0;
    if (count < contest.maximum) {
      values.append(t.p(m("You chose ${n}; ${max} are possible."), { n: count, max: contest.maximum }, "note"));
    }
  }
  const said = standing(booth, contest);
  if (said) values.append(said);
  const change = button(t, { id: `change-${contest.key}`, text: m("Change"), press: () => ways.change(contest) });
  change.setAttribute("aria-describedby", title.id);
  values.append(change);
  return [title, values];
}

/** What a preference ballot says, one option per line. */
function levels(booth: Booth, contest: Contest, form: Form, choice: Selection): HTMLElement[] {
  const { texts: t } = booth;
  return saidIn(form, choice).map(({ option, level }) => {
    const name = t.show(el("span", { class: "name", translate: "no" }), (contest.options[option] as Option).name);
    if (form.kind === "grade") return el("p", {}, name, " – ", el("span", { class: "grade" }, form.grades[level - 1]));
    if (form.kind === "score") return el("p", {}, name, " – ", t.span(m("points: ${n}"), { n: level }));
    return el("p", {}, el("span", { class: "place" }, String(level)), " ", name);
  });
}

export interface SendWays {
  send: () => void;
  test: (contest: Contest) => void;
  back: () => void;
}

/** Everything is sealed: send it, or test one ballot (voting-flow 6). */
export function sendOrTest(booth: Booth, sealed: Sealed, ways: SendWays): void {
  const { texts: t, election } = booth;
  const registered = booth.registered;
  const unsent = registered && unsentBeside(booth.kept, booth.chosen.map(({ uuid }) => uuid)).length > 0;
  const rows = booth.chosen.map((contest) => {
    const tracker = sealed.ballots[contest.uuid]?.tracker ?? "";
    const short = el("bdi", { class: "number" }, shortTracker(tracker));
    const test = button(t, { id: `test-${contest.key}`, text: m("Test this ballot"), press: () => ways.test(contest) });
    const title = t.show(el("h2", { id: `sealed-${contest.key}` }), contest.title);
    test.setAttribute("aria-describedby", title.id);
    const testable = !isKiosk() && !unsent && (!registered || election.revote);
    const mark = el("p", { class: "tracker" }, t.span(m("Mark of the sealed ballot:")), " ", short);
    return el("li", { class: "card" }, title, mark, testable && test);
  });
  booth.stage.show({
    name: "send",
    title: m("Sealed. Send it, or test it?"),
    back: ways.back,
    content: [
      notSent(t),
      t.p(m("Your choice is sealed on this device. Nobody can read it, and it was not stored.")),
      actions(button(t, { id: "send", kind: "main", text: registered ? m("Send") : m("Send: identify yourself now"), press: ways.send })),
      !isKiosk() && t.p(m("You need not trust this device: instead of sending, you can have a ballot opened and checked on another one. A tested ballot is no vote; you confirm again afterwards.")),
      unsent && banner(t, "warning", "test-unsent", m("A sealed ballot in another field still waits to be sent. A test would drop it; you can test after it was sent.")),
      !unsent && registered && election.revote && banner(t, "info", "test-registered", m("Your key is registered already. After a test you have to identify yourself again.")),
      el("ul", { class: "cards" }, ...rows),
      actions(button(t, { id: "back", kind: "text", text: m("Back"), press: ways.back })),
    ],
  });
}
