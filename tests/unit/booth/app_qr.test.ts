import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, sha256, utf8 } from "../../../src/tsukuba_trust/booth/crypto/digests.ts";
import { qrMatrix } from "../../../src/tsukuba_trust/booth/app/qr.ts";
import { readVectors } from "./vectors.ts";

interface Code {
  length: number;
  size: number;
  sha256: string;
}

const CODES = readVectors("booth/qr.json") as unknown as Code[];

for (const { length, size, sha256: expected } of CODES) {
  test(`a code of ${length} bytes is the one that another program draws`, () => {
    const matrix = qrMatrix("x".repeat(length));
    const rows = matrix.map((row) => row.map((dark) => (dark ? "1" : "0")).join("")).join("\n");
    assert.equal(matrix.length, size);
    assert.equal(hex(sha256(utf8(rows))), expected);
  });
}

test("a text that fits no code is refused", () => {
  assert.throws(() => qrMatrix("x".repeat(332)), RangeError);
});
