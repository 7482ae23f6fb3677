import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { readDigits, readCode, readReturn, timeLeft } from "../../../src/tsukuba_trust/booth/app/digits.ts";
import { wantsNewAttempt, wordsFor } from "../../../src/tsukuba_trust/booth/app/problems.ts";
import { parts, pick, withoutReadings } from "../../../src/tsukuba_trust/booth/app/texts.ts";
import { lookQuery, readLook } from "../../../src/tsukuba_trust/booth/app/view.ts";
// @ts-expect-error: a build script without types
import { readCatalogue } from "../../../src/tsukuba_trust/booth/catalogue.mjs";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const APP = path.join(ROOT, "src/tsukuba_trust/booth/app");

/** Every message id that the screens mark. */
function marked(): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync(APP, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const text = readFileSync(path.join(APP, file), "utf8");
    for (const match of text.matchAll(/\bm\(\s*"((?:[^"\\]|\\.)*)"\s*,?\s*\)/g)) {
      found.add(JSON.parse(`"${match[1]}"`) as string);
    }
  }
  return found;
}

function catalogue(locale: string): Record<string, string> {
  const file = path.join(ROOT, "locales", locale, "LC_MESSAGES/booth.po");
  return readCatalogue(readFileSync(file, "utf8")) as Record<string, string>;
}

const names = (text: string) => [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name).sort();

for (const locale of ["ja", "en"]) {
  test(`the ${locale} catalogue has every message of the screens and no other`, () => {
    assert.deepEqual(new Set(Object.keys(catalogue(locale))), marked());
  });

  test(`the ${locale} catalogue keeps every value of a message`, () => {
    for (const [id, text] of Object.entries(catalogue(locale))) assert.deepEqual(names(text), names(id), id);
  });
}

test("no message says of a ballot that it is recorded: no witness signs yet (architecture D4)", () => {
  for (const id of marked()) assert.doesNotMatch(id, /\b(is|as|vote|ballot) recorded\b|recorded as/, id);
});

test("every Japanese character that is not kana has a reading", () => {
  for (const text of Object.values(catalogue("ja"))) {
    const rest = text.replace(/\{[^{}|]+\|[^{}|]+\}/g, "");
    assert.doesNotMatch(rest, /\p{Script=Han}/u, text);
  }
});

test("readings are kept for ruby and left out of titles", () => {
  assert.deepEqual(parts("まだ{投票|とうひょう}は"), ["まだ", ["投票", "とうひょう"], "は"]);
  assert.equal(withoutReadings("まだ{投票|とうひょう}は"), "まだ投票は");
});

test("a text that a language lacks comes in English, then in the official one", () => {
  const text = { texts: [{ locale: "ja", text: "日本語" }, { locale: "en", text: "English" }] };
  assert.equal(pick(text, "ja-simple").text, "日本語");
  assert.equal(pick(text, "vi").text, "English");
  assert.equal(pick({ texts: [{ locale: "ja", text: "日本語" }] }, "vi").locale, "ja");
});

test("digits are read as people type them", () => {
  for (const typed of ["123456", "１２３ ４５６", "123-456", "12・3456".replace("・", "·")]) {
    assert.equal(readDigits(typed), "123456");
  }
  for (const typed of ["12345", "1234567", "12345a", ""]) assert.equal(readDigits(typed), undefined);
});

test("a code is read without spaces and in capital letters", () => {
  assert.equal(readCode(" ab1c-ｄ２ef "), "AB1CD2EF");
});

test("a return address gives attempt and token, and nothing else does", () => {
  const attempt = "0".repeat(32);
  assert.deepEqual(readReturn(`#${attempt}.abc`), { attempt, token: "abc" });
  for (const other of ["", `#${attempt}`, `#${attempt}.`, "#x.abc"]) assert.equal(readReturn(other), undefined);
});

test("time that is left never runs below zero", () => {
  assert.deepEqual(timeLeft(61_000, 0), { minutes: 1, seconds: 1 });
  assert.deepEqual(timeLeft(0, 5_000), { minutes: 0, seconds: 0 });
});

test("every code has words, and evidence against the service is told as such", () => {
  assert.equal(wordsFor("note_signature").what, wordsFor("inclusion_invalid").what);
  assert.notEqual(wordsFor("fork").what, wordsFor("server_busy").what);
  assert.equal(wordsFor("something_new").what, wordsFor("server_busy").what);
  assert.equal(wantsNewAttempt("attempt_contested"), true);
  assert.equal(wantsNewAttempt("wrong_token"), false);
});

test("the look comes from the address, then from the browser, then it is Japanese", () => {
  const known = ["ja", "en"];
  assert.equal(readLook(new URLSearchParams("lang=en"), known, ["ja"]).lang, "en");
  assert.equal(readLook(new URLSearchParams("lang=xx"), known, ["en-GB"]).lang, "en");
  assert.equal(readLook(new URLSearchParams(""), known, ["fr"]).lang, "ja");
});

test("the address keeps the look and nothing else", () => {
  const query = new URLSearchParams("lang=ja&size=150&contrast=high&ruby=1&contest=a&option=2");
  assert.equal(lookQuery(readLook(query, ["ja", "en"], [])), "lang=ja&size=150&contrast=high&ruby=1");
});
