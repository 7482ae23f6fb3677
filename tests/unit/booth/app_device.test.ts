import assert from "node:assert/strict";
import { test } from "node:test";
import { lacking } from "../../../src/tsukuba_trust/booth/app/device.ts";

const whole = { crypto: { getRandomValues: () => undefined }, Worker: class {}, BigInt, AbortSignal };

test("P09: a browser without the system's generator is told which thing is missing", () => {
  assert.equal(lacking({ ...whole, crypto: undefined as never }), "no_randomness");
  assert.equal(lacking({ ...whole, crypto: {} }), "no_randomness");
});

test("P09: a browser without a worker or whole numbers is told so", () => {
  for (const name of ["Worker", "BigInt", "AbortSignal"]) {
    assert.equal(lacking({ ...whole, [name]: undefined }), "device_unsupported");
  }
});

test("a browser that has everything lacks nothing", () => {
  assert.equal(lacking(whole), undefined);
});
