import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterTheEnd,
  isStale,
  type Attempt,
  type Kept,
  KEPT_MS,
  placeOf,
  unsentBeside,
  withAttempt,
  withoutBallot,
  withReceipt,
  withRegistration,
} from "../../../src/tsukuba_trust/booth/app/kept.ts";
import { MemoryStore } from "../../../src/tsukuba_trust/booth/app/store.ts";

const NOW = 1_700_000_000_000;
const BALLOT = { text: "sealed", tracker: "t".repeat(43), leaf: "00" };
const RECEIPT = { index: 7, tracker: BALLOT.tracker, proof: "proof", at: NOW };
const REGISTERED = { index: 3, earlierUses: 0, lastDay: null };
const ATTEMPT = { id: "a".repeat(32), secret: "page secret" } as Attempt;

function kept(more: Partial<Kept> = {}): Kept {
  return {
    origin: "vote.example/board/x",
    slug: "x",
    look: "?lang=ja",
    touched: NOW,
    text: "credential",
    credentials: [],
    ballots: { one: BALLOT },
    receipts: {},
    ...more,
  };
}

test("a record is erased 30 minutes after the last step", () => {
  assert.equal(isStale(kept(), NOW + KEPT_MS - 1), false);
  assert.equal(isStale(kept(), NOW + KEPT_MS), true);
});

test("a record from a clock that was set back is erased too", () => {
  assert.equal(isStale(kept({ touched: NOW + 2 * KEPT_MS }), NOW), true);
});

test("page secret and attempt go as soon as the claim is known", () => {
  const after = withRegistration(withAttempt(kept(), ATTEMPT), REGISTERED);
  assert.equal("attempt" in after, false);
  assert.equal(JSON.stringify(after).includes("page secret"), false);
});

test("sealed bytes go when their receipt is verified, and only theirs", () => {
  const after = withReceipt(kept({ ballots: { one: BALLOT, two: BALLOT } }), "one", RECEIPT);
  assert.deepEqual(Object.keys(after.ballots), ["two"]);
  assert.deepEqual(after.receipts, { one: RECEIPT });
});

test("a sealed ballot of another field is not dropped by a test: it is known to wait", () => {
  const waiting = kept({ ballots: { one: BALLOT, two: BALLOT } });
  assert.deepEqual(unsentBeside(waiting, ["two", "three"]), ["one"]);
  assert.deepEqual(unsentBeside(waiting, ["one", "two"]), []);
  assert.deepEqual(unsentBeside(undefined, ["one"]), []);
});

test("a refused ballot goes and leaves the receipts", () => {
  const after = withoutBallot(kept({ receipts: { two: RECEIPT } }), "one");
  assert.deepEqual([after.ballots, after.receipts], [{}, { two: RECEIPT }]);
});

test("the credential goes after the end of voting, unless a ballot is still on its way", () => {
  assert.equal(afterTheEnd(kept({ ballots: {} })).text, "");
  assert.equal(afterTheEnd(kept()).text, "credential");
});

test("a killed tab goes on where it was", () => {
  assert.equal(placeOf(undefined), "start");
  assert.equal(placeOf(kept()), "start");
  assert.equal(placeOf(withAttempt(kept(), ATTEMPT)), "identify");
  assert.equal(placeOf(kept({ registered: REGISTERED })), "send");
  assert.equal(placeOf(kept({ registered: REGISTERED, ballots: {} })), "choose");
  const sent = kept({ registered: REGISTERED, ballots: {}, receipts: { one: RECEIPT } });
  assert.equal(placeOf(sent), "receipts");
});

test("memory forgets a visit that is erased and keeps the head of the log", async () => {
  const store = new MemoryStore();
  await store.keep(kept());
  await store.keepHead("vote.example/board/x", "checkpoint");
  await store.erase("vote.example/board/x");
  assert.equal(await store.visit("vote.example/board/x"), undefined);
  assert.equal(await store.head("vote.example/board/x"), "checkpoint");
});
