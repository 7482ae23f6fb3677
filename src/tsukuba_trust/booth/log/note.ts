/** Signed notes and checkpoints, verified over the received bytes (board.md 1.4, 1.5). */

import { ed25519 } from "@noble/curves/ed25519.js";
import { hex, sha256, utf8 } from "../crypto/digests.ts";
import { BoothError, type LogName } from "../types.ts";
import { HASH_SIZE } from "./merkle.ts";
import { readBase64, readDecimal } from "./strict.ts";

const ED25519 = 1; // type byte of the log's own note signature
const KEY_ID = 4; // bytes
const MOST_SIGNATURES = 100;
const LONGEST_NOTE = 1_000_000; // bytes
const LONGEST_NAME = 255;
const NAME = /^[!-*,-~]+$/; // printable ASCII without space and plus sign
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/; // all but the line feed

interface LogKey {
  name: string;
  id: string;
  publicKey: Uint8Array;
}

export interface Checkpoint {
  size: number;
  root: Uint8Array;
  text: string;
}

/** Read a verifier key text and recompute its id; under a key of small order anybody signs. */
export function readKey(text: string): LogKey {
  const refuse = () => new BoothError("vkey_invalid");
  // Only the first two plus signs separate: Base64 contains more of them.
  const [name = "", id = ""] = text.split("+", 2);
  const typed = readBase64(text.slice(name.length + id.length + 2), "vkey_invalid");
  if (!NAME.test(name) || name.length > LONGEST_NAME) throw refuse();
  if (typed[0] !== ED25519 || typed.length !== 33) throw refuse();
  const named = utf8(`${name}\n`);
  const hashed = new Uint8Array(named.length + typed.length);
  hashed.set(named);
  hashed.set(typed, named.length);
  if (hex(sha256(hashed).slice(0, KEY_ID)) !== id) throw refuse();
  const publicKey = typed.slice(1);
  if (!isOfPrimeOrder(publicKey)) throw refuse();
  return { name, id, publicKey };
}

function isOfPrimeOrder(publicKey: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(publicKey, false);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false;
  }
}

/** Return whether a signature line is of the key; then it must also verify. */
function isSigned(line: string, key: LogKey, body: Uint8Array): boolean {
  const refuse = () => new BoothError("note_malformed");
  const match = /^— ([^\s+]+) ([^\s]+)$/u.exec(line);
  if (match === null) throw refuse();
  const data = readBase64(match[2] as string, "note_malformed");
  if (data.length <= KEY_ID) throw refuse();
  if (match[1] !== key.name || hex(data.slice(0, KEY_ID)) !== key.id) return false;
  const signature = data.slice(KEY_ID);
  const options = { zip215: false };
  if (signature.length !== 64 || !ed25519.verify(signature, body, key.publicKey, options)) {
    throw new BoothError("note_signature");
  }
  return true;
}

/** Check the signature of a note and return its body. */
function readNote(text: string, key: LogKey): string {
  const refuse = () => new BoothError("note_malformed");
  const cut = text.lastIndexOf("\n\n");
  if (cut < 0 || CONTROL.test(text) || utf8(text).length > LONGEST_NOTE) throw refuse();
  const body = text.slice(0, cut + 1);
  const lines = text.slice(cut + 2).split("\n");
  if (lines.pop() !== "" || lines.length < 1 || lines.length > MOST_SIGNATURES) throw refuse();
  const bytes = utf8(body);
  // Every line is looked at: one bad line of a known key refuses the note in any order.
  const signed = lines.map((line) => isSigned(line, key, bytes));
  if (!signed.includes(true)) throw new BoothError("note_unsigned");
  return body;
}

/** Read a checkpoint of the wanted log; a signature alone does not say which log it is. */
export function readCheckpoint(text: string, { origin, logKey }: LogName): Checkpoint {
  const code = "checkpoint_malformed";
  const body = readNote(text, readKey(logKey));
  const [name = "", size = "", root = "", ...rest] = body.split("\n");
  if (rest.length !== 1 || rest[0] !== "" || name === "") throw new BoothError(code);
  const checkpoint = { size: readDecimal(size, code), root: readBase64(root, code, HASH_SIZE), text };
  if (name !== origin) throw new BoothError("origin_other");
  return checkpoint;
}
