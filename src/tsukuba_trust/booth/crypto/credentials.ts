/** Credential texts and the keys derived from them (protocol.md section 5, 2.4+ form). */

import { BoothError } from "../types.ts";
import { hex, sha256 } from "./digests.ts";
import type { AnyGroup } from "./groups.ts";
import { type Randomness, uniformBelow } from "./random.ts";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const PARTS = [5, 6, 5, 6];
const FORM = new RegExp(`^${PARTS.map((length) => `[${BASE58}]{${length}}`).join("-")}$`);

/** Draw a credential text: 22 base-58 digits, 128 bits. */
export function newText(randomness: Randomness): string {
  const digit = () => BASE58[Number(uniformBelow(58n, randomness))] as string;
  return PARTS.map((length) => Array.from({ length }, digit).join("")).join("-");
}

/** Derive the signing key of one contest; the contest's uuid is the salt. */
export function derive(group: AnyGroup, uuid: string, text: string): bigint {
  if (!FORM.test(text)) throw new BoothError("credential_form");
  const halves = [0, 1].map((i) => hex(sha256(`derive_credential|${uuid}|${i}|${text}`)));
  return BigInt(`0x${halves.join("")}`) % group.q;
}
