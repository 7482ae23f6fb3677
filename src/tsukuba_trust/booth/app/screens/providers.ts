/** V5 where an election offers several ways to identify oneself. */

import type { Booth } from "../booth.ts";
import { actions, button, notSent } from "../parts.ts";
import { m } from "../texts.ts";

const NAMES: Record<string, string> = {
  "my-number-card": m("My Number Card"),
  "roll-code": m("Code from paper"),
};

export function providers(booth: Booth, choose: (provider: string) => void): void {
  const { texts: t, stage, election, kept } = booth;
  const pending = Object.keys(kept?.ballots ?? {}).length > 0;
  const buttons = election.identities.map(({ provider }) =>
    button(t, { id: `provider-${provider}`, text: NAMES[provider] ?? provider, press: () => choose(provider) }),
  );
  stage.show({
    name: "V5",
    title: m("Identify yourself"),
    content: [pending && notSent(t), t.p(m("How do you want to identify yourself?")), actions(...buttons)],
  });
}
