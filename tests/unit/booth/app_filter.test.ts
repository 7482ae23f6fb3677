import assert from "node:assert/strict";
import { test } from "node:test";
import { folded, matches } from "../../../src/tsukuba_trust/booth/app/screens/option_filter.ts";

const OPTION = {
  name: {
    texts: [
      { locale: "ja", text: "つくば　タロウ" },
      { locale: "en", text: "Tarō Tsukuba" },
      { locale: "pt", text: "São João" },
    ],
  },
  labels: [{ medium: "screen", label: "AB" }],
};

test("a name is found in every language, not only in that of the page", () => {
  for (const typed of ["つくば", "Tsukuba", "joão"]) assert.ok(matches(OPTION, typed), typed);
});

test("width, case, accents, kana and spaces make no difference", () => {
  for (const typed of ["ツクバ", "ﾂｸﾊﾞ", "たろう", "つくばたろう", "ＴＡＲＯ", "taro tsukuba", "sao joao", "ab"]) {
    assert.ok(matches(OPTION, typed), typed);
  }
});

test("another name is not found, and voiced kana are other letters", () => {
  for (const typed of ["土浦", "つくは", "x"]) assert.ok(!matches(OPTION, typed), typed);
});

test("nothing typed finds everything", () => {
  assert.ok(matches(OPTION, "") && matches(OPTION, "  "));
  assert.equal(folded("ガギグ ゛"), folded("がぎぐ゛"));
});
