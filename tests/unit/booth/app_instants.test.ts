import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, lastMinute } from "../../../src/tsukuba_trust/booth/app/parts.ts";
import type { Texts } from "../../../src/tsukuba_trust/booth/app/texts.ts";

const CLOSES = "2025-03-24T15:00:00Z"; // midnight at the vote's place; the end is exclusive
const texts = { locale: "ja", plain: (_: unknown, { time }: { time: string }) => time } as unknown as Texts;

test("a period ends with its last minute and not on the next day", () => {
  assert.match(lastMinute(texts, CLOSES, "Asia/Tokyo")(), /3月24日.*23:59$/);
});

test("a beginning is the instant itself", () => {
  assert.match(instant(texts, CLOSES, "Asia/Tokyo")(), /3月25日.*0:00$/);
});
