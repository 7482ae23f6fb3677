/** V5 with a code from paper: the fields stand on the page, one button, one wait. */

import { Refused } from "../api.ts";
import type { Booth } from "../booth.ts";
import { readCode, readReturn } from "../digits.ts";
import { el } from "../dom.ts";
import type { Attempt, Field } from "../kept.ts";
import { actions, button, notSent } from "../parts.ts";
import { m } from "../texts.ts";
import { fault } from "./fault.ts";
import type { IdentityWays } from "./identity.ts";

const NAMES: Record<string, string> = { code: m("Voting code") };

export function form(booth: Booth, attempt: Attempt, ways: IdentityWays): void {
  const { stage, texts: t } = booth;
  const problem = el("div", { role: "alert", "data-testid": "identity-problem" });
  const fields = attempt.challenge.fields ?? [];
  const inputs = new Map(fields.map((field) => [field.name, input(field)]));
  const rows = fields.map((field) => row(booth, field, inputs.get(field.name) as HTMLInputElement));
  let busy = false;
  const press = async () => {
    if (busy) return;
    busy = true;
    problem.replaceChildren();
    stage.status(m("One moment: your code is being checked."));
    const values = [...inputs].map(([name, { value }]) => [name, readCode(value)]);
    try {
      const { returnAddress } = await booth.api.complete(attempt.id, Object.fromEntries(values));
      const token = readReturn(new URL(returnAddress).hash)?.token ?? "";
      await ways.claim(token);
    } catch (error) {
      problem.replaceChildren(fault(booth, told(error)));
      stage.status(m("The code was not accepted."));
      for (const one of inputs.values()) one.setAttribute("aria-invalid", "true");
      [...inputs.values()][0]?.focus();
    } finally {
      busy = false;
    }
  };
  const pending = Object.keys(booth.kept?.ballots ?? {}).length > 0;
  const submit = (event: Event) => {
    event.preventDefault();
    void press();
  };
  stage.show({
    name: "V5",
    title: m("Identify yourself"),
    content: [
      pending && notSent(t),
      problem,
      el(
        "form",
        { on: { submit } },
        ...rows,
        actions(t.say(el("button", { type: "submit", id: "send-form", "data-testid": "send-form", class: "button main" }), m("Go on"))),
      ),
      t.p(m("The code only shows that you may vote. Do not show it to anybody."), {}, "note"),
      actions(
        button(t, { id: "new-code", text: m("Start again"), press: ways.again }),
        button(t, { id: "give-up", kind: "text", text: m("Stop and erase everything"), press: ways.forget }),
      ),
    ],
  });
}

/** A code that does not fit is told as such, not as a return token. */
function told(error: unknown): unknown {
  if (error instanceof Refused && ["wrong_token", "cert_refused"].includes(error.code)) {
    return new Refused("wrong_code", error.details);
  }
  return error;
}

function input({ name }: Field): HTMLInputElement {
  return el("input", {
    id: `field-${name}`,
    name,
    "data-testid": `input-${name}`,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    "aria-describedby": `field-${name}-hint`,
  });
}

function row(booth: Booth, field: Field, control: HTMLInputElement): HTMLElement {
  const t = booth.texts;
  const hint = t.p(m("${n} characters; spaces and small letters do not matter."), { n: field.length }, "hint");
  hint.id = `field-${field.name}-hint`;
  const label = t.say(el("label", { for: control.id }), NAMES[field.name] ?? field.name);
  return el("div", { class: "field" }, label, hint, control);
}
