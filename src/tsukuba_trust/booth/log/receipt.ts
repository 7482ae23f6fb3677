/** Receipts: tlog-proof texts (board.md 1.7), checked against the reader's own leaf. */

import { fromHex, hex } from "../crypto/digests.ts";
import { BoothError, type CheckedReceipt, type LogName, type ReceiptInput } from "../types.ts";
import { checkInclusion, HASH_SIZE } from "./merkle.ts";
import { readCheckpoint } from "./note.ts";
import { readBase64, readDecimal } from "./strict.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const LEAF = /^[0-9a-f]{64}$/;

/** Check that a receipt proves a leaf; whoever sent the receipt never chose the leaf. */
export function checkReceipt(input: ReceiptInput): CheckedReceipt {
  if (!LEAF.test(input.leaf)) throw new BoothError("inclusion_invalid");
  return checkLeaf(fromHex(input.leaf), input.receipt, input);
}

export function checkLeaf(leaf: Uint8Array, receipt: string, log: LogName): CheckedReceipt {
  const code = "receipt_malformed";
  const cut = receipt.indexOf("\n\n");
  const lines = receipt.slice(0, Math.max(cut, 0)).split("\n");
  if (cut < 0 || lines.shift() !== HEADER) throw new BoothError(code);
  // An extra line is allowed and ignored: nothing protects it.
  if (lines[0]?.startsWith("extra ")) readBase64((lines.shift() as string).slice(6), code);
  const first = lines.shift() ?? "";
  if (!first.startsWith("index ")) throw new BoothError(code);
  const index = readDecimal(first.slice(6), code);
  const proof = lines.map((line) => readBase64(line, code, HASH_SIZE));
  if (proof.length > 63) throw new BoothError(code);
  const { size, root, text } = readCheckpoint(receipt.slice(cut + 2), log);
  checkInclusion(leaf, index, size, proof, root);
  return { index, size, root: hex(root), checkpoint: text };
}
