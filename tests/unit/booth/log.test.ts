import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, hex, sha256, utf8 } from "../../../src/tsukuba_trust/booth/crypto/digests.ts";
import { ballotEntry } from "../../../src/tsukuba_trust/booth/log/entries.ts";
import { canonical } from "../../../src/tsukuba_trust/booth/log/canonical.ts";
import {
  checkConsistency,
  checkInclusion,
  leafHash,
} from "../../../src/tsukuba_trust/booth/log/merkle.ts";
import { readCheckpoint, readKey } from "../../../src/tsukuba_trust/booth/log/note.ts";
import { checkReceipt } from "../../../src/tsukuba_trust/booth/log/receipt.ts";
import { tilePath, Tree } from "../../../src/tsukuba_trust/booth/log/tiles.ts";
import { BoothError } from "../../../src/tsukuba_trust/booth/types.ts";
import { bytes, LOG, MemoryLog, rootOf, signed, VECTORS, vectorEntries } from "./trees.ts";
import { readVectors, refusal } from "./vectors.ts";

const ROOTS = new Map<number, Uint8Array>(
  VECTORS.roots.map((item: { size: number; root: string }) => [item.size, bytes(item.root)]),
);
const root = (size: number) => ROOTS.get(size) as Uint8Array;
const path = (hashes: string[]) => hashes.map(bytes);
const leaf = (i: number) => leafHash(utf8(`board vectors leaf ${i}`));

test("leaves and roots are those of the Go programs", () => {
  for (const { entry_hex, entry_repeat: [byte, count] = ["", 0], leaf_hash } of VECTORS.hashes.leaves) {
    assert.equal(hex(leafHash(bytes(entry_hex ?? byte.repeat(count)))), leaf_hash);
  }
  const leaves = vectorEntries(9).map(leafHash);
  for (let size = 1; size <= 9; size++) {
    if (ROOTS.has(size)) assert.deepEqual(rootOf(leaves.slice(0, size)), root(size));
  }
});

test("inclusion proofs of the Go programs hold", () => {
  for (const { index, size, path: proof } of VECTORS.inclusion) {
    checkInclusion(leaf(index), index, size, path(proof), root(size));
  }
});

test("consistency proofs of the Go programs hold", () => {
  for (const { old, new: size, path: proof } of VECTORS.consistency) {
    checkConsistency(old, size, path(proof), root(old), root(size));
  }
});

for (const item of VECTORS.reject) {
  test(`a proof is refused: ${item.kind}, ${item.why}`, () => {
    const refuse = item.kind === "inclusion" ? "inclusion_invalid" : "fork";
    assert.throws(() => {
      if (item.kind === "inclusion") {
        const { leaf_hash, index, size } = item;
        checkInclusion(bytes(leaf_hash), index, size, path(item.path), bytes(item.root));
      } else {
        const [a, b] = [bytes(item.old_root), bytes(item.new_root)];
        checkConsistency(item.old, item.new, path(item.path), a, b);
      }
    }, refusal(refuse));
  });
}

for (const item of VECTORS.notes) {
  const good = item.checkpoint_ok && !item.we_refuse_although_go_accepts;
  test(`a checkpoint is ${good ? "read" : "refused"}: ${item.why}`, () => {
    const read = () => readCheckpoint(item.note, LOG);
    if (!good) assert.throws(read, BoothError);
    else assert.deepEqual([read().size, read().root], [7, root(7)]);
  });
}

for (const { checkpoint, size } of VECTORS.checkpoints) {
  test(`the checkpoint of size ${size} is read`, () => {
    assert.equal(readCheckpoint(checkpoint, LOG).size, size);
  });
}

test("a size that the browser cannot count is refused", () => {
  const note = signed(LOG.origin, String(2n ** 53n), root(1));
  assert.throws(() => readCheckpoint(note, LOG), refusal("checkpoint_malformed"));
});

test("a control character anywhere in a note is refused", () => {
  for (const name of ["x\u0001y", "x\u007fy"]) {
    const note = `${signed(LOG.origin, "7", root(7))}— ${name} AAAAAAA=\n`;
    assert.throws(() => readCheckpoint(note, LOG), refusal("note_malformed"));
    assert.equal(readCheckpoint(note.replace(name, "xy"), LOG).size, 7);
  }
});

test("another log's checkpoint is refused, though our key signed it", () => {
  const note = signed("other.example.jp/log", "7", root(7));
  assert.throws(() => readCheckpoint(note, LOG), refusal("origin_other"));
});

for (const { vkey, ok, why } of VECTORS.vkeys) {
  const good = ok && why !== "upper-case key id";
  test(`a verifier key is ${good ? "read" : "refused"}: ${why}`, () => {
    if (good) assert.equal(readKey(vkey).name, LOG.origin);
    else assert.throws(() => readKey(vkey), refusal("vkey_invalid"));
  });
}

function keyText(publicKey: string): string {
  const typed = bytes(`01${publicKey}`);
  const id = sha256(new Uint8Array([...utf8("log\n"), ...typed])).slice(0, 4);
  return `log+${hex(id)}+${base64(typed)}`;
}

for (const [order, publicKey] of [
  [1, `01${"00".repeat(31)}`],
  [2, `ec${"ff".repeat(30)}7f`],
  [4, "00".repeat(32)],
  [8, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"],
  ["none", `02${"00".repeat(31)}`],
] as const) {
  test(`a log key under which anybody signs is refused: order ${order}`, () => {
    assert.throws(() => readKey(keyText(publicKey)), refusal("vkey_invalid"));
  });
}

const RECEIPT = VECTORS.tlog_proof.text as string;
const OWN = hex(leaf(4));

test("a receipt of the Go program proves its leaf", () => {
  const checked = checkReceipt({ ...LOG, leaf: OWN, receipt: RECEIPT });
  assert.deepEqual([checked.index, checked.size, checked.root], [4, 7, hex(root(7))]);
});

test("an extra line is ignored, since nothing protects it", () => {
  const receipt = RECEIPT.replace("\n", "\nextra AAAA\n");
  assert.equal(checkReceipt({ ...LOG, leaf: OWN, receipt }).index, 4);
});

test("B06: a receipt for anything else than the reader's own bytes is refused", () => {
  for (const other of [hex(leaf(5)), "0".repeat(64), OWN.toUpperCase(), ""]) {
    const asked = () => checkReceipt({ ...LOG, leaf: other, receipt: RECEIPT });
    assert.throws(asked, refusal("inclusion_invalid"));
  }
});

test("B06: a receipt with one changed byte is refused", () => {
  const lines = RECEIPT.split("\n");
  for (const [i, line] of lines.entries()) {
    if (line === "" || i === 0 || line.includes("witness")) continue; // not our key's
    const at = line.length - 6;
    const other = line[at] === "A" ? "B" : "A";
    const changed = line.slice(0, at) + other + line.slice(at + 1);
    const receipt = lines.with(i, changed).join("\n");
    assert.throws(() => checkReceipt({ ...LOG, leaf: OWN, receipt }), BoothError, line);
  }
});

test("texts that are no receipt are refused", () => {
  const bad = [
    "",
    "x",
    RECEIPT.replace("@v1", "@v2"),
    RECEIPT.replace("index 4", "index 04"),
    RECEIPT.replace("index 4", "index -4"),
    RECEIPT.replace("index 4\n", ""),
    RECEIPT.replace("\n\n", "\n"),
    RECEIPT.replace("=\n", "\n"),
  ];
  for (const receipt of bad) {
    assert.throws(() => checkReceipt({ ...LOG, leaf: OWN, receipt }), BoothError, receipt);
  }
});

test("canonical bytes are those of the vectors", () => {
  for (const { ok, hex: data, leaf_hash } of readVectors("board/canonical.json").cases) {
    if (!ok || data === undefined) continue; // some are given by a rule
    const text = new TextDecoder().decode(bytes(data));
    assert.equal(canonical(JSON.parse(text)), text);
    assert.equal(hex(leafHash(bytes(data))), leaf_hash);
  }
});

test("a long ballot is named by its digest, a short one stands in the entry", () => {
  const entry = (length: number) => JSON.parse(ballotEntry("HRjeJJBNa8huFh", "x".repeat(length)));
  assert.equal(entry(32_766).ballot.text.length, 32_766);
  assert.deepEqual(Object.keys(entry(32_767).ballot), ["sha256", "size"]);
  assert.equal(entry(32_767).ballot.size, 32_767);
});

for (const { index, level, path: expected, width } of VECTORS.tile_paths) {
  test(`the tile ${expected} is named as in the Go programs`, () => {
    assert.equal(tilePath(level < 0 ? "entries" : level, index, width), expected);
  });
}

test("proofs out of tiles are the golden ones, for large logs too", async () => {
  const log = new MemoryLog(vectorEntries(70_000));
  const tree = (size: number) => new Tree(size, log.get);
  for (const [size, expected] of ROOTS) assert.deepEqual(await tree(size).root(), expected);
  for (const { index, size, path: proof } of VECTORS.inclusion) {
    assert.deepEqual((await tree(size).inclusion(index)).map(hex), proof);
  }
  for (const { old, new: size, path: proof } of VECTORS.consistency) {
    assert.deepEqual((await tree(size).consistency(old)).map(hex), proof);
  }
});

test("a proof needs a handful of tiles, and each of them once", async () => {
  const log = new MemoryLog(vectorEntries(70_000));
  const tree = new Tree(70_000, log.get);
  await tree.consistency(69_000);
  await tree.inclusion(1);
  assert.ok(log.read.length <= 8, log.read.join(" "));
  assert.equal(new Set(log.read).size, log.read.length);
});

test("every beginning of a small log is proven from tiles", async () => {
  const log = new MemoryLog(vectorEntries(40));
  for (let n = 1; n <= 40; n++) {
    const tree = new Tree(n, log.get);
    for (let m = 1; m <= n; m++) {
      const [old, now] = [rootOf(log.leaves.slice(0, m)), rootOf(log.leaves.slice(0, n))];
      checkConsistency(m, n, await tree.consistency(m), old, now);
      const own = log.leaves[m - 1] as Uint8Array;
      checkInclusion(own, m - 1, n, await tree.inclusion(m - 1), now);
    }
  }
});

test("Base64 with padding bits or of another alphabet is refused in a root", () => {
  for (const text of [`${base64(root(7)).slice(0, -2)}F=`, base64(root(7)).replace("+", "-")]) {
    const note = signed(LOG.origin, "7", root(7)).replace(base64(root(7)), text);
    assert.throws(() => readCheckpoint(note, LOG), BoothError);
  }
});
