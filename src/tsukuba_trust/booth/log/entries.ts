/** Entries that the booth computes itself, before anything is sent (board.md 2.2, 2.3). */

import { hex, sha256, utf8 } from "../crypto/digests.ts";
import { canonical, type Json } from "./canonical.ts";
import { leafHash } from "./merkle.ts";

const LONGEST_INLINE = 32_768; // bytes of a document's JSON string, quotes included

/** Return a text document as it must stand in an entry: inline, or named as a blob. */
export function textDocument(text: string): Json {
  if (utf8(JSON.stringify(text)).length <= LONGEST_INLINE) return { text };
  const data = utf8(text);
  return { sha256: hex(sha256(data)), size: data.length };
}

/** Return the canonical text of the `BallotAccepted` entry: nothing in it is the server's. */
export function ballotEntry(contest: string, ballot: string): string {
  return canonical({ type: "BallotAccepted", contest, ballot: textDocument(ballot) });
}

export function ballotLeaf(contest: string, ballot: string): Uint8Array {
  return leafHash(utf8(ballotEntry(contest, ballot)));
}
