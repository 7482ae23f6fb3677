import assert from "node:assert/strict";
import { test } from "node:test";
import { Lost, type Receipt, Refused } from "../../../src/tsukuba_trust/booth/app/api.ts";
import { castOne, type CastState } from "../../../src/tsukuba_trust/booth/app/casting.ts";
import { BoothError } from "../../../src/tsukuba_trust/booth/types.ts";

const INPUT = {
  origin: "vote.example/board/x",
  logKey: "key",
  contest: "contest",
  ballot: { text: "sealed", tracker: "t".repeat(43), leaf: "00" },
  body: "the whole request",
};
const RECEIPT: Receipt = { contest: "contest", tracker: INPUT.ballot.tracker, index: 9, proof: "proof", replacedBy: null };
const CHECKED = { index: 9, size: 10, root: "00", checkpoint: "head" };

/** A service that answers in turn; what is thrown is thrown. */
class Service {
  readonly calls: string[] = [];
  readonly slept: number[] = [];
  readonly told: CastState[] = [];
  readonly #answers: (Receipt | null | Error)[];

  constructor(...answers: (Receipt | null | Error)[]) {
    this.#answers = answers;
  }

  run(check = async () => CHECKED) {
    const deps = {
      api: {
        cast: async (body: string) => this.#answer(body) as Receipt,
        receipt: async (contest: string, tracker: string) => this.#answer(`${contest} ${tracker}`),
      },
      check,
      sleep: async (ms: number) => void this.slept.push(ms),
      now: () => 1_700_000_000_000,
    };
    return castOne(deps, INPUT, (state) => this.told.push(state));
  }

  #answer(call: string): Receipt | null {
    this.calls.push(call);
    const answer = this.#answers.shift() ?? null;
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

const BY_TRACKER = `contest ${INPUT.ballot.tracker}`;

test("an answered cast is recorded once its receipt is proven", async () => {
  const outcome = await new Service(RECEIPT).run();
  assert.equal(outcome.kind, "recorded");
  assert.equal(outcome.kind === "recorded" && outcome.receipt.index, 9);
});

test("an answer about another ballot is no receipt (B06)", async () => {
  const outcome = await new Service({ ...RECEIPT, tracker: "u".repeat(43) }).run();
  assert.deepEqual(outcome, { kind: "unproven", code: "receipt_other" });
});

test("after a lost answer the service is asked by tracker, and nothing is sent again", async () => {
  const service = new Service(new Lost(true), RECEIPT);
  assert.equal((await service.run()).kind, "recorded");
  assert.deepEqual(service.calls, [INPUT.body, BY_TRACKER]);
  assert.deepEqual(service.told, ["sending", "unknown"]);
});

test("what did not arrive is sent again in the same bytes", async () => {
  const service = new Service(new Lost(true), null, RECEIPT);
  await service.run();
  assert.deepEqual(service.calls, [INPUT.body, BY_TRACKER, INPUT.body]);
});

test("without a connection nothing is asked: nothing was sent", async () => {
  const service = new Service(...Array.from({ length: 5 }, () => new Lost(false)));
  assert.deepEqual(await service.run(), { kind: "lost", sent: false });
  assert.deepEqual(new Set(service.calls), new Set([INPUT.body]));
});

test("a lost answer that stays lost is told as unknown", async () => {
  const service = new Service(...Array.from({ length: 9 }, () => new Lost(true)));
  assert.deepEqual(await service.run(), { kind: "lost", sent: true });
});

test("a busy service is tried again, a refusal is not", async () => {
  const busy = new Service(new Refused("server_busy"), RECEIPT);
  assert.equal((await busy.run()).kind, "recorded");
  assert.deepEqual(busy.slept, [1_000]);
  const closed = new Service(new Refused("closed"));
  const outcome = await closed.run();
  assert.deepEqual([outcome.kind, closed.calls.length], ["refused", 1]);
});

test("test_b06: a receipt of other bytes is told as proving nothing", async () => {
  const outcome = await new Service(RECEIPT).run(async () => {
    throw new BoothError("inclusion_invalid");
  });
  assert.deepEqual(outcome, { kind: "unproven", code: "inclusion_invalid" });
});

test("test_v01: a later ballot of the same voter is told", async () => {
  const outcome = await new Service({ ...RECEIPT, replacedBy: 12 }).run();
  assert.equal(outcome.kind === "recorded" && outcome.replacedBy, 12);
});
