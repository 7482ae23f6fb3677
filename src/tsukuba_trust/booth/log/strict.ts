/** Strict readers of the small text forms: one text per value. */

import { base64 } from "../crypto/digests.ts";
import { type Code, BoothError } from "../types.ts";

/** Read standard Base64 with padding: only the text that writing gives again. */
export function readBase64(text: string, code: Code, size?: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    throw new BoothError(code);
  }
  if (base64(bytes) !== text || (size !== undefined && bytes.length !== size)) {
    throw new BoothError(code);
  }
  return bytes;
}

/** Read a decimal integer from 0 to 2^53 − 1, without sign or leading zero. */
export function readDecimal(text: string, code: Code): number {
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new BoothError(code);
  return value;
}
