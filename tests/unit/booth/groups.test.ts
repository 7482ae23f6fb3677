import assert from "node:assert/strict";
import { test } from "node:test";
import { derive, newText } from "../../../src/tsukuba_trust/booth/crypto/credentials.ts";
import { type AnyGroup, groupNamed, hashToScalar } from "../../../src/tsukuba_trust/booth/crypto/groups.ts";
import { systemRandomness } from "../../../src/tsukuba_trust/booth/crypto/random.ts";
import { GROUPS, readVectors, refusal } from "./vectors.ts";

const VECTORS = readVectors("belenios/vectors.json");

function enc(group: AnyGroup, exponent: bigint): string {
  return group.encode([group.fixedBase(group.generator)(exponent)])[0] as string;
}

for (const name of GROUPS) {
  const group = groupNamed(name);
  const known = VECTORS[name];

  test(`${name}: powers of the generator are the golden ones`, () => {
    assert.equal(String(group.q), known.q);
    assert.equal(enc(group, 1n), known.g);
    assert.equal(enc(group, 2n), known.g_power_2);
    assert.equal(enc(group, group.q - 1n), known.g_power_q_minus_1);
    assert.equal(enc(group, 0n), known.identity);
  });

  test(`${name}: a scalar hashed from elements is the golden one`, () => {
    const { prefix, elements, value } = known.hash_to_scalar;
    const decoded = elements.map((text: string) => group.decode(text));
    assert.equal(String(hashToScalar(group, prefix, decoded)), value);
  });

  test(`${name}: a credential's key is the golden one`, () => {
    const { uuid, credential, secret, public: c } = known.credential_v24;
    assert.equal(String(derive(group, uuid, credential)), secret);
    assert.equal(enc(group, BigInt(secret)), c);
  });

  test(`${name}: a table gives the same powers for any base`, () => {
    const base = group.fixedBase(group.generator)(7n);
    const power = group.fixedBase(base);
    for (const exponent of [0n, 1n, 15n, 16n, 31n, group.q / 3n, group.q - 1n]) {
      const [mine] = group.encode([power(exponent)]);
      assert.equal(mine, enc(group, (7n * exponent) % group.q));
    }
  });

  test(`${name}: the identity is refused`, () => {
    assert.throws(() => group.decode(known.identity), refusal("element_invalid"));
  });
}

test("other spellings and points outside the subgroup are refused (P04)", () => {
  const group = groupNamed("Ed25519");
  const p = 2n ** 255n - 19n;
  const spelled = (y: bigint) => y.toString(16).padStart(64, "0");
  const refused = [
    "66".repeat(31), // too short
    `${"66".repeat(31)}5G`,
    VECTORS.Ed25519.g.toUpperCase().replace("6658", "66AB"),
    spelled(p - 1n), // (0, -1), of order two
    spelled(0n), // of order four
    spelled(1n + p), // the identity, spelled with y ≥ p
    spelled(2n), // no point of the curve
  ];
  for (const text of refused) {
    assert.throws(() => group.decode(text), refusal("element_invalid"), text);
  }
});

test("residues outside the subgroup are refused (P04)", () => {
  for (const name of ["BELENIOS-2048", "RFC-3526-2048"]) {
    const group = groupNamed(name);
    const p = BigInt(VECTORS[name].p);
    const refused = ["0", "1", "-2", "02", "x", String(p), String(p - 1n), String(p + 4n)];
    for (const text of refused) {
      assert.throws(() => group.decode(text), refusal("element_invalid"), text.slice(0, 9));
    }
  }
});

test("no other group is known (P07)", () => {
  for (const name of ["", "constructor", "ed25519", "P-256"]) {
    assert.throws(() => groupNamed(name), refusal("record_invalid"), name);
  }
});

test("a credential text has 22 digits in the 2.4 form and is never the same", () => {
  const texts = Array.from({ length: 1000 }, () => newText(systemRandomness));
  for (const text of texts) {
    assert.match(text, /^[1-9A-HJ-NP-Za-km-z]{5}(-[1-9A-HJ-NP-Za-km-z]{5,6}){3}$/);
  }
  assert.equal(new Set(texts).size, 1000);
});

test("a text that is no credential is refused", () => {
  const group = groupNamed("Ed25519");
  for (const text of ["", "W8HBs-Dv3oX9-ygWZk-fnQAG0", "W8HBs-Dv3oX9-ygWZk"]) {
    assert.throws(() => derive(group, "TsukubaTest111", text), refusal("credential_form"));
  }
});
