import assert from "node:assert/strict";
import { test } from "node:test";
import { Board } from "../../../src/tsukuba_trust/booth/check/board.ts";
import { judge, MOST_ENTRIES, newestLater } from "../../../src/tsukuba_trust/booth/check/later.ts";
import { hex, sha256, utf8 } from "../../../src/tsukuba_trust/booth/crypto/digests.ts";
import { canonical, type Json } from "../../../src/tsukuba_trust/booth/log/canonical.ts";
import { Frontier, leafHash } from "../../../src/tsukuba_trust/booth/log/merkle.ts";
import { LOG, MemoryLog, rootOf, vectorEntries } from "./trees.ts";
import { refusal } from "./vectors.ts";

const FIRST = { type: "ElectionDefined", origin: LOG.origin, log_key: LOG.logKey };

function registered(keys: Record<string, string>, replaces?: number): Json {
  const credentials = Object.entries(keys).map(([contest, credential]) => ({ contest, credential }));
  const entry = { type: "CredentialsRegistered", credentials };
  return replaces === undefined ? entry : { ...entry, replaces };
}

const text = (credential: string, n: number) => JSON.stringify({ credential, n });

function ballot(contest: string, credential: string, n: number): Json {
  return { type: "BallotAccepted", contest, ballot: { text: text(credential, n) } };
}

async function boardOf(entries: Json[], lie?: (log: MemoryLog) => MemoryLog): Promise<Board> {
  const log = new MemoryLog(entries.map((one) => utf8(canonical(one))));
  const shown = lie?.(log) ?? log;
  const checkpoint = utf8(log.checkpoint());
  return Board.read(async (path) => (path === "checkpoint" ? checkpoint : shown.get(path)));
}

const THREE: Json[] = [
  FIRST,
  registered({ a: "k1", b: "k2" }), // 1: the voter
  registered({ a: "other", b: "other2" }), // 2: somebody else
  ballot("a", "k1", 0), // 3: hers
  ballot("a", "other", 1),
  ballot("b", "k2", 2),
];

test("a ballot with no later one of the same voter is the newest", async () => {
  assert.equal(await newestLater(await boardOf(THREE), 3), null);
  assert.equal(await newestLater(await boardOf(THREE), 5), null);
});

test("V01: a later ballot by the same key is found in the log", async () => {
  assert.equal(await newestLater(await boardOf([...THREE, ballot("a", "k1", 3)]), 3), 6);
});

test("V01: a later ballot is found through the chain of registrations", async () => {
  const more = [registered({ a: "k3", b: "k4" }, 1), registered({ a: "k5", b: "k6" }, 6)];
  const board = await boardOf([...THREE, ...more, ballot("b", "k6", 4), ballot("a", "k5", 5)]);
  assert.equal(await newestLater(board, 3), 9);
  assert.equal(await newestLater(board, 5), 8);
  assert.equal(await newestLater(board, 4), null);
});

test("B03: an earlier ballot replaces nothing, wherever it is asked from", async () => {
  const board = await boardOf([...THREE, ballot("a", "k1", 3)]);
  assert.equal(await newestLater(board, 6), null);
});

test("V01: a file that leaves a later ballot out does not have the signed root", async () => {
  const honest = [...THREE, ballot("a", "k1", 3)];
  const forged = [...THREE, ballot("a", "other", 3)].map((one) => utf8(canonical(one)));
  const lie = (log: MemoryLog) => {
    const get = log.get;
    const other = new MemoryLog(forged);
    log.get = (path) => (path.startsWith("tile/entries") ? other : { get }).get(path);
    return log;
  };
  await assert.rejects(newestLater(await boardOf(honest, lie), 3), refusal("inclusion_invalid"));
});

test("V01: a ballot without a registration or a broken chain is told", async () => {
  const stranger = await boardOf([...THREE, ballot("a", "nobody", 3)]);
  await assert.rejects(newestLater(stranger, 3), refusal("chain_broken"));
  const broken = await boardOf([...THREE, registered({ a: "k9" }, 77)]);
  await assert.rejects(newestLater(broken, 3), refusal("chain_broken"));
  const twice = await boardOf([...THREE, registered({ a: "k1" })]);
  await assert.rejects(newestLater(twice, 3), refusal("chain_broken"));
});

test("V01: a long ballot outside the tree is read by its digest, and only by it", async () => {
  const outside = text("k1", 9);
  const name = hex(sha256(utf8(outside)));
  const entry = { type: "BallotAccepted", contest: "a", ballot: { sha256: name, size: outside.length } };
  for (const [served, found] of [[outside, 6], [text("other", 9), undefined]] as const) {
    const board = await boardOf([...THREE, entry], (log) => {
      const get = log.get;
      log.get = (path) => (path.startsWith("blob/") ? Promise.resolve(utf8(served)) : get(path));
      return log;
    });
    if (found === undefined) await assert.rejects(newestLater(board, 3), refusal("tile_missing"));
    else assert.equal(await newestLater(board, 3), found);
  }
});

test("several bundles are read in order, and how far is told", async () => {
  const filler = Array.from({ length: 600 }, (_, n) => ballot("b", "other2", 100 + n));
  const board = await boardOf([...THREE, ...filler, ballot("a", "k1", 3)]);
  const steps: number[] = [];
  assert.equal(await newestLater(board, 3, (done) => steps.push(done)), 606);
  assert.deepEqual(steps, [256, 512, 607]);
});

test("a log that is too long is not read", async () => {
  const board = { head: { size: MOST_ENTRIES + 1 } } as Board;
  assert.equal(await newestLater(board, 3), undefined);
});

test("V01: a server that hides or invents a later ballot is told apart from an honest one", () => {
  assert.deepEqual(judge(7, 7), { kind: "read", later: 7 });
  assert.deepEqual(judge(null, null), { kind: "read", later: null });
  assert.deepEqual(judge(7, undefined), { kind: "read", later: 7 });
  assert.deepEqual(judge(7, null), { kind: "hidden", later: 7 });
  assert.deepEqual(judge(null, 7), { kind: "invented", said: 7, later: null });
  assert.deepEqual(judge(7, 8), { kind: "invented", said: 8, later: 7 });
  assert.deepEqual(judge(undefined, 8), { kind: "unread", said: 8 });
});

test("a root that grows leaf by leaf is the tree's", () => {
  const leaves = vectorEntries(70).map(leafHash);
  const frontier = new Frontier();
  assert.equal(frontier.root(), undefined);
  for (const [i, leaf] of leaves.entries()) {
    frontier.append(leaf);
    assert.deepEqual(frontier.root(), rootOf(leaves.slice(0, i + 1)));
  }
});
