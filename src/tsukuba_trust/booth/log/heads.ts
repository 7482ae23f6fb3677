/** Heads of the log that this device sees, and what stands under them. */

import { hex, sha256, utf8 } from "../crypto/digests.ts";
import {
  BoothError,
  type CheckedRegistration,
  type ConsistencyInput,
  type FixedInput,
  type Head,
  type RegistrationInput,
} from "../types.ts";
import { canonical, type Json } from "./canonical.ts";
import { checkConsistency, checkInclusion, leafHash, sameHash } from "./merkle.ts";
import { type Checkpoint, readCheckpoint } from "./note.ts";
import { checkLeaf } from "./receipt.ts";
import { firstEntries, type Get, Tree } from "./tiles.ts";

export function headOf({ size, root, text }: Checkpoint): Head {
  return { size, root: hex(root), checkpoint: text };
}

/**
 * Check that a new head continues the one this device holds.
 *
 * The proof is made of tiles. Tiles that do not even give the signed root of the new head
 * are no evidence against the log (`tile_missing`); two signed heads that contradict each
 * other are (`fork`).
 */
export async function checkContinues(input: ConsistencyInput, get: Get): Promise<Head> {
  const now = readCheckpoint(input.checkpoint, input);
  if (input.old === undefined) return headOf(now);
  const before = readCheckpoint(input.old, input);
  if (before.size > now.size) return followed(before, now, get);
  await continued(before, now, get);
  return headOf(now);
}

/** A cache may answer with an older head: then ours must continue it, and ours is kept. */
async function followed(held: Checkpoint, older: Checkpoint, get: Get): Promise<Head> {
  await continued(older, held, get);
  return headOf(held);
}

async function continued(before: Checkpoint, now: Checkpoint, get: Get): Promise<void> {
  if (before.size === now.size) {
    checkConsistency(before.size, now.size, [], before.root, now.root);
    return;
  }
  const tree = new Tree(now.size, get);
  if (!sameHash(await tree.root(), now.root)) throw new BoothError("tile_missing");
  const proof = await tree.consistency(before.size);
  checkConsistency(before.size, now.size, proof, before.root, now.root);
}

/**
 * Check that what the page was given about the election is what the log has fixed.
 *
 * Entry 0 has the digest D and names this log and these contests; entry 1 names the records
 * by their digests; both stand under the head. So no server can give one voter a record
 * with a key of its own and leave no trace (attack V04).
 */
export async function checkFixed(input: FixedInput, get: Get): Promise<Head> {
  const refuse = () => new BoothError("election_other");
  const head = readCheckpoint(input.checkpoint, input);
  const [defined, fixed] = (await firstEntries(get, 2)) as [Uint8Array, Uint8Array];
  if (hex(sha256(defined)) !== input.definition) throw refuse();
  const tree = new Tree(head.size, get);
  for (const [index, entry] of [defined, fixed].entries()) {
    const proof = await tree.inclusion(index);
    checkInclusion(leafHash(entry), index, head.size, proof, head.root);
  }
  const first = read(defined);
  const second = read(fixed);
  const uuids = input.contests.map(({ uuid }) => uuid);
  if (first.type !== "ElectionDefined" || first.origin !== input.origin) throw refuse();
  if (first.log_key !== input.logKey) throw refuse();
  if (canonical(first.contests as Json) !== canonical(uuids)) throw refuse();
  const records = input.contests.map(({ uuid, record }) => {
    const data = utf8(record);
    return { contest: uuid, record: { sha256: hex(sha256(data)), size: data.length } };
  });
  if (second.type !== "TrusteesFixed" || canonical(second.records as Json) !== canonical(records)) {
    throw refuse();
  }
  return headOf(head);
}

function read(entry: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(entry)) as Record<string, unknown>;
}

/** Check that an entry registers exactly this voter's keys, and that it is in the log. */
export function checkRegistration(input: RegistrationInput): CheckedRegistration {
  const refuse = () => new BoothError("registration_other");
  const receipt = checkLeaf(leafHash(utf8(input.entry)), input.receipt, input);
  const entry = JSON.parse(input.entry) as Record<string, unknown>;
  const [mine, theirs] = [input.credentials, entry.credentials].map((list) => sorted(list));
  if (entry.type !== "CredentialsRegistered" || mine !== theirs) throw refuse();
  const { provider, bound, replaces } = entry;
  const chain = typeof replaces === "number" ? { replaces } : {};
  return { ...receipt, ...chain, provider: String(provider), bound: bound === true };
}

function sorted(credentials: unknown): string {
  const list = Array.isArray(credentials) ? (credentials as Json[]) : [];
  return list.map(canonical).sort().join("\n");
}

/** The 32 bytes that evidence of a bound provider signs, in hexadecimal (architecture D2). */
export function binding(
  origin: string,
  definition: string,
  attempt: string,
  blind: string,
  credentials: readonly { contest: string; credential: string }[],
): string {
  const pairs = credentials
    .map(({ contest, credential }) => [contest, credential])
    .sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
  const value = ["tsukuba-trust/registration/1", origin, definition, attempt, blind, pairs];
  return hex(sha256(canonical(value)));
}
