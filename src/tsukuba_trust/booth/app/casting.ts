/**
 * Sending one sealed ballot until its receipt is proven (voting-flow 5, web.md 6).
 *
 * The same bytes give the same receipt, so nothing is guessed: after a lost answer the
 * service is asked by tracker, then the same bytes go again.
 */

import type { CheckedReceipt, ReceiptInput, SealedBallot } from "../types.ts";
import { BoothError } from "../types.ts";
import { type Api, Lost, type Receipt, Refused } from "./api.ts";
import type { KeptReceipt } from "./kept.ts";

export interface CastDeps {
  api: Pick<Api, "cast" | "receipt">;
  check(input: ReceiptInput): Promise<CheckedReceipt>;
  sleep(ms: number): Promise<void>;
  now(): number;
}

export interface CastInput {
  origin: string;
  logKey: string;
  contest: string;
  ballot: SealedBallot;
  /** whole request */
  body: string;
}

/** What to tell meanwhile; "unknown" = it may have arrived. */
export type CastState = "sending" | "unknown" | "waiting";

export type Outcome =
  | { kind: "recorded"; receipt: KeptReceipt; checkpoint: string; replacedBy: number | null }
  /** refused: nothing was recorded; the code says whether trying again helps */
  | { kind: "refused"; code: string; error: Refused }
  /** no answer after all tries; the ballot stays sealed here */
  | { kind: "lost"; sent: boolean }
  /** what came proves nothing or something else: red (attack B06) */
  | { kind: "unproven"; code: string };

const WAITS_MS = [1_000, 2_000, 4_000, 8_000];
const LATER = new Set(["server_busy", "too_many_tries"]);

export async function castOne(
  deps: CastDeps,
  input: CastInput,
  tell: (state: CastState) => void,
): Promise<Outcome> {
  let sent = false;
  for (const wait of [...WAITS_MS, 0]) {
    try {
      tell(sent ? "unknown" : "sending");
      const receipt = await once(deps, input, sent);
      return await proven(deps, input, receipt);
    } catch (error) {
      if (error instanceof BoothError) return { kind: "unproven", code: error.code };
      if (error instanceof Lost) sent ||= error.sent;
      else if (!(error instanceof Refused)) throw error;
      else if (!LATER.has(error.code)) return { kind: "refused", code: error.code, error };
      else tell("waiting");
    }
    if (wait > 0) await deps.sleep(wait);
  }
  return { kind: "lost", sent };
}

async function once({ api }: CastDeps, input: CastInput, sent: boolean): Promise<Receipt> {
  if (sent) {
    const known = await api.receipt(input.contest, input.ballot.tracker);
    if (known !== null) return known;
  }
  return api.cast(input.body);
}

async function proven(deps: CastDeps, input: CastInput, receipt: Receipt): Promise<Outcome> {
  const { origin, logKey, ballot } = input;
  if (receipt.tracker !== ballot.tracker) return { kind: "unproven", code: "receipt_other" };
  const proof = receipt.proof;
  const checked = await deps.check({ origin, logKey, leaf: ballot.leaf, receipt: proof });
  const kept = { index: checked.index, tracker: ballot.tracker, proof, at: deps.now() };
  const { checkpoint } = checked;
  return { kind: "recorded", receipt: kept, checkpoint, replacedBy: receipt.replacedBy };
}
