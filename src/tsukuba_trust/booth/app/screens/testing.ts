/** V9: a ballot is opened for a test and dropped; all ballots are sealed anew afterwards. */

import type { OpeningFile } from "../../types.ts";
import type { Booth } from "../booth.ts";
import { download, el } from "../dom.ts";
import { actions, banner, button, copyButton, qrDrawing } from "../parts.ts";
import { m } from "../texts.ts";

export function testing(booth: Booth, file: OpeningFile, again: () => void): void {
  const { texts: t, election } = booth;
  const address = `${election.portalUrl}/check/test`;
  const save = () => download(file.name, file.text, "application/json");
  booth.stage.show({
    name: "V9",
    title: m("Test this ballot"),
    back: again,
    content: [
      banner(t, "warning", "test-no-vote", m("This file shows what you chose in this test. It is no vote, and nothing was sent.")),
      el(
        "ol",
        { class: "todo" },
        el(
          "li",
          {},
          t.p(m("Save the file and take it to another device.")),
          el("p", {}, el("bdi", { class: "number", "data-testid": "test-file" }, file.name)),
          actions(button(t, { id: "save-test", kind: "main", text: m("Save the file"), press: save })),
        ),
        el(
          "li",
          {},
          t.p(m("Open this address there, and give it the file. The page reads it without sending it.")),
          qrDrawing(t, address, m("QR code of the address that checks test files")),
          el("p", {}, el("a", { href: address, target: "_blank", rel: "noopener noreferrer", "data-testid": "check-test" }, address)),
          copyButton(booth, "copy-check", m("Copy the address"), address),
        ),
        el("li", {}, t.p(m("Compare: the mark of the sealed ballot and what it holds must be what you saw here."))),
      ),
      t.p(m("This ballot and its key are dropped now. When you go back, everything is sealed anew and you confirm again.")),
      actions(button(t, { id: "after-test", text: m("Back to my choice"), press: again })),
    ],
  });
}
