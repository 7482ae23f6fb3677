import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkCharacter,
  readReceiptNumber,
  receiptNumber,
  shortTracker,
} from "../../../src/tsukuba_trust/booth/receipts.ts";

const TRACKER = "+/8AV+s1YV1H807HFMrN9f10YIpejhAnJOgLJLKHwMI";
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

test("a receipt number is the entry, forty bits of the tracker and a check character", () => {
  assert.equal(shortTracker(TRACKER), "ZFZG-0NZB");
  assert.match(receiptNumber(1234, TRACKER), /^1234-ZFZG-0NZB-[0-9A-HJKMNP-TV-Z]$/);
});

test("a typed number is understood as people type it", () => {
  const number = receiptNumber(1234, TRACKER);
  const expected = { index: 1234, short: "ZFZG-0NZB" };
  const typed = [
    number,
    ` ${number.toLowerCase()} `,
    number.replaceAll("-", " - "),
    number.replaceAll("-", "ー"),
    number.replaceAll("-", ""),
    number.replace("-ZFZG", "ZFZG").toLowerCase(),
    number.replace("0NZB", "oNZB"),
    number.replace("1234", "１２３４"),
    number.replace("1234", "l234"),
  ];
  for (const one of typed) assert.deepEqual(readReceiptNumber(one), expected, one);
});

test("every single wrong character and every swap of neighbours is noticed", () => {
  const number = receiptNumber(1234, TRACKER);
  for (let i = 0; i < number.length; i++) {
    if (number[i] === "-") continue;
    for (const other of ALPHABET) {
      if (other === number[i]) continue;
      const wrong = number.slice(0, i) + other + number.slice(i + 1);
      assert.equal(readReceiptNumber(wrong), undefined, wrong);
    }
  }
  const plain = "1234ZFZG0NZB";
  for (let i = 0; i + 1 < plain.length; i++) {
    const [a, b] = [plain[i] as string, plain[i + 1] as string];
    const swapped = plain.slice(0, i) + b + a + plain.slice(i + 2);
    // Luhn cannot tell 0Z from Z0, as in base ten it cannot tell 09 from 90.
    const blind = a === b || [a + b].some((pair) => pair === "0Z" || pair === "Z0");
    assert.equal(checkCharacter(swapped) === checkCharacter(plain), blind, swapped);
  }
});
