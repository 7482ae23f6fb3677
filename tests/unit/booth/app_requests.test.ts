import assert from "node:assert/strict";
import { test } from "node:test";
import { castBody, missing } from "../../../src/tsukuba_trust/booth/app/padding.ts";
import { Desk } from "../../../src/tsukuba_trust/booth/desk.ts";
import type { Sealed, Selection } from "../../../src/tsukuba_trust/booth/types.ts";
import { GROUPS, record, UUID } from "./vectors.ts";

async function sealed(group: string, choice: Selection): Promise<string> {
  const found: Sealed[] = [];
  const contests = [record({ group } as never)];
  const input = { origin: "vote.example/board/x", contests, choices: { [UUID]: choice } };
  await new Desk(fetch).answer({ id: 1, call: "seal", input } as never, (answer) => {
    if ("value" in answer) found.push(answer.value as Sealed);
  });
  return found[0]?.ballots[UUID]?.text ?? "";
}

test("test_b07: every request of a contest has the same length, whatever was chosen", async () => {
  const lengths = new Set<number>();
  const ballots = new Set<number>();
  for (let round = 0; round < 8; round++) {
    for (const choice of [[1, 0, 0], [0, 1, 0], [0, 0, 1]]) {
      const ballot = await sealed("Ed25519", choice);
      ballots.add(ballot.length);
      lengths.add(castBody("Ed25519", UUID, ballot).length);
    }
  }
  assert.equal(lengths.size, 1);
  assert.ok(ballots.size > 1, "ballots vary by themselves, or this test shows nothing");
});

test("the longest ballot needs no padding, and none is ever longer", async () => {
  for (const group of GROUPS) {
    const longest = group === "Ed25519" ? 76 : group === "BELENIOS-2048" ? 77 : 617;
    const proof = { challenge: "9".repeat(longest), response: "9".repeat(longest) };
    assert.equal(missing(group, JSON.stringify({ proof })), 0);
    assert.equal(missing(group, JSON.stringify({ proof: { ...proof, response: "1" } })), longest - 1);
  }
});
