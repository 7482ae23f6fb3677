import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, sha256, utf8 } from "../../../src/tsukuba_trust/booth/crypto/digests.ts";
import { Desk } from "../../../src/tsukuba_trust/booth/desk.ts";
import { canonical } from "../../../src/tsukuba_trust/booth/log/canonical.ts";
import { leafHash } from "../../../src/tsukuba_trust/booth/log/merkle.ts";
import { Tree } from "../../../src/tsukuba_trust/booth/log/tiles.ts";
import { BoothError } from "../../../src/tsukuba_trust/booth/types.ts";
import type { CallName, Calls, Credential } from "../../../src/tsukuba_trust/booth/types.ts";
import { base64 } from "../../../src/tsukuba_trust/booth/crypto/digests.ts";
import { LOG, MemoryLog, VECTORS, vectorEntries } from "./trees.ts";
import { record, refusal, UUID } from "./vectors.ts";

const BOARD = "/board/x/";

async function ask<N extends CallName>(log: MemoryLog, call: N, input: Calls[N][0]): Promise<Calls[N][1]> {
  const found: Calls[N][1][] = [];
  await new Desk(log.fetch).answer({ id: 1, call, input } as never, (answer) => {
    if ("error" in answer) throw new BoothError(answer.error);
    if ("value" in answer) found.push(answer.value as Calls[N][1]);
  });
  return found[0] as Calls[N][1];
}

function consistency(log: MemoryLog, old: string | undefined, checkpoint: string) {
  const held = old === undefined ? {} : { old };
  return ask(log, "checkConsistency", { ...LOG, ...held, checkpoint, board: BOARD });
}

test("the first head is taken as it is, after its signature", async () => {
  const log = new MemoryLog(vectorEntries(9));
  const head = await consistency(log, undefined, log.checkpoint());
  assert.deepEqual([head.size, head.checkpoint], [9, log.checkpoint()]);
  assert.deepEqual(log.read, []);
});

test("a head that continues mine takes its place", async () => {
  const log = new MemoryLog(vectorEntries(300));
  for (const size of [1, 2, 255, 256, 257, 300]) {
    assert.equal((await consistency(log, log.checkpoint(size), log.checkpoint())).size, 300);
  }
});

test("an older head of the same log is proven, and mine is kept", async () => {
  const log = new MemoryLog(vectorEntries(300));
  assert.equal((await consistency(log, log.checkpoint(), log.checkpoint(7))).size, 300);
});

test("B03: a log that puts an old ballot back last is no continuation of mine", async () => {
  const honest = vectorEntries(12);
  const mine = new MemoryLog(honest).checkpoint();
  const reordered = [...honest.slice(0, 9), ...honest.slice(10), honest[9] as Uint8Array];
  for (const more of [0, 1, 20]) {
    const log = new MemoryLog([...reordered, ...vectorEntries(more)]);
    await assert.rejects(consistency(log, mine, log.checkpoint()), refusal("fork"));
  }
});

test("V04: a log that shows me another view is told by its own signatures", async () => {
  const forged = vectorEntries(9);
  forged[2] = utf8("forged");
  const [mine, theirs] = [new MemoryLog(vectorEntries(5)), new MemoryLog(forged)];
  await assert.rejects(consistency(theirs, mine.checkpoint(), theirs.checkpoint()), refusal("fork"));
  // An older head that mine does not continue is the same evidence.
  const log = new MemoryLog(vectorEntries(12));
  await assert.rejects(consistency(log, log.checkpoint(), theirs.checkpoint()), refusal("fork"));
});

test("tiles that do not give the signed root are no evidence against the log", async () => {
  const log = new MemoryLog(vectorEntries(9));
  const broken = new MemoryLog(vectorEntries(10).slice(1));
  const missing = new MemoryLog([]);
  for (const served of [broken, missing]) {
    const asked = consistency(served, log.checkpoint(5), log.checkpoint());
    await assert.rejects(asked, refusal("tile_missing"));
  }
});

const CONTEST = record();

interface Change {
  records?: unknown;
  contests?: unknown;
  origin?: string;
  logKey?: string;
}

function fixedLog(change: Change = {}) {
  const data = utf8(CONTEST.record);
  const document = { sha256: hex(sha256(data)), size: data.length };
  const defined = utf8(
    canonical({
      type: "ElectionDefined",
      origin: change.origin ?? LOG.origin,
      log_key: change.logKey ?? LOG.logKey,
      contests: (change.contests ?? [UUID]) as string[],
    }),
  );
  const records = (change.records ?? [{ contest: UUID, record: document }]) as never;
  const fixed = utf8(canonical({ type: "TrusteesFixed", trustees: document, records }));
  const log = new MemoryLog([defined, fixed, ...vectorEntries(300)]);
  return { log, definition: hex(sha256(defined)) };
}

function checkFixed(log: MemoryLog, definition: string, contests = [CONTEST]) {
  const input = { ...LOG, definition, contests, checkpoint: log.checkpoint(), board: BOARD };
  return ask(log, "checkFixed", input);
}

test("an election that the log has fixed is accepted from entries 0 and 1", async () => {
  const { log, definition } = fixedLog();
  assert.equal((await checkFixed(log, definition)).size, 302);
  assert.ok(log.read.includes("tile/entries/000.p/2"));
});

test("a record with another key, made for one voter, is refused", async () => {
  const { log, definition } = fixedLog();
  const other = { uuid: UUID, record: CONTEST.record.replace("試し", "試み") };
  await assert.rejects(checkFixed(log, definition, [other]), refusal("election_other"));
});

test("another definition, origin or list of contests is refused", async () => {
  const { log } = fixedLog();
  await assert.rejects(checkFixed(log, "0".repeat(64)), refusal("election_other"));
  const changes: Change[] = [
    { origin: "x" },
    { logKey: VECTORS.keys.log2.vkey },
    { contests: [] },
    { contests: [UUID, "Abc"] },
    { records: [] },
  ];
  for (const change of changes) {
    const made = fixedLog(change);
    await assert.rejects(checkFixed(made.log, made.definition), refusal("election_other"));
  }
});

test("entries that do not stand under the signed head are refused", async () => {
  const { log, definition } = fixedLog();
  const other = new MemoryLog([...log.entries.slice(0, 2), ...vectorEntries(5)]);
  const checkpoint = new MemoryLog(vectorEntries(7)).checkpoint();
  const input = { ...LOG, definition, contests: [CONTEST], checkpoint, board: BOARD };
  await assert.rejects(ask(other, "checkFixed", input), refusal("inclusion_invalid"));
});

const KEYS: Credential[] = [
  { contest: UUID, credential: "aa", proof: { challenge: "1", response: "2" } },
  { contest: "Abcdefghijkmno", credential: "bb", proof: { challenge: "3", response: "4" } },
];

async function registered(change: Record<string, unknown> = {}) {
  const entry = canonical({
    type: "CredentialsRegistered",
    credentials: [...KEYS].reverse(),
    provider: "roll-code",
    bound: false,
    evidence: "e",
    registrar: "r",
    ...change,
  } as never);
  const log = new MemoryLog([...vectorEntries(4), utf8(entry), ...vectorEntries(3)]);
  const proof = await new Tree(8, log.get).inclusion(4);
  const lines = ["c2sp.org/tlog-proof@v1", "index 4", ...proof.map(base64), "", log.checkpoint()];
  return { log, input: { ...LOG, entry, receipt: lines.join("\n"), credentials: KEYS } };
}

test("a registration of my own keys is told with its index and provider", async () => {
  const first = await registered();
  const checked = await ask(first.log, "checkRegistration", first.input);
  assert.deepEqual([checked.index, checked.provider, checked.bound], [4, "roll-code", false]);
  assert.equal("replaces" in checked, false);
  const second = await registered({ replaces: 2, bound: true });
  const again = await ask(second.log, "checkRegistration", second.input);
  assert.deepEqual([again.replaces, again.bound], [2, true]);
});

test("a registration of other keys, of fewer or of more is refused", async () => {
  const changes = [
    { credentials: KEYS.slice(1) },
    { credentials: [...KEYS, KEYS[0]] },
    { credentials: KEYS.with(0, { ...(KEYS[0] as Credential), credential: "cc" }) },
    { credentials: "none" },
    { type: "BallotAccepted" },
  ];
  for (const change of changes) {
    const { log, input } = await registered(change);
    await assert.rejects(ask(log, "checkRegistration", input), refusal("registration_other"));
  }
});

test("a registration that is not in the log is refused", async () => {
  const { log, input } = await registered();
  const entry = input.entry.replace("roll-code", "roll_code");
  assert.notEqual(hex(leafHash(utf8(entry))), hex(leafHash(utf8(input.entry))));
  const asked = ask(log, "checkRegistration", { ...input, entry });
  await assert.rejects(asked, refusal("inclusion_invalid"));
});
