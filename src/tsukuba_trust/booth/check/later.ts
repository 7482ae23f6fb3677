/**
 * Whether a later ballot of the same voter replaces one: read in the log itself (V01, B03).
 *
 * A voter is the chain of her registrations, each of which names the one it replaces. The
 * server is asked too, and what it says is held against what the log says.
 */

import { BoothError } from "../types.ts";
import type { Board } from "./board.ts";

/** Longer logs are not read here: too much for a phone. */
export const MOST_ENTRIES = 20_000;
const MOST_BLOBS = 500; // ballots that are files of their own

export interface BallotEntry {
  type: "BallotAccepted";
  contest: string;
  ballot: { text?: string; sha256?: string };
}

interface RegistrationEntry {
  type: "CredentialsRegistered";
  credentials: { contest: string; credential: string }[];
  replaces?: number;
}

type Entry = BallotEntry | RegistrationEntry | { type: "" };

/** What the log says: the newest ballot of the same voter, null where this one is it. */
export type Read = number | null;

/** What the server says; undefined = it gave no answer. */
export type Said = number | null | undefined;

export type Verdict =
  | { kind: "read"; later: Read }
  /** the server says nothing of a ballot that stands in the log */
  | { kind: "hidden"; later: number }
  /** the server names an entry that does not replace this one */
  | { kind: "invented"; said: number; later: Read }
  /** the log is too long to be read here */
  | { kind: "unread"; said: Said };

/** Whose keys are whose, by the index of the first registration of a chain. */
class Holders {
  readonly #registrations = new Map<number, number>();
  readonly #keys = new Map<string, number>();

  register(index: number, { credentials, replaces }: RegistrationEntry): void {
    const holder = replaces === undefined ? index : this.#registrations.get(replaces);
    if (holder === undefined) throw new BoothError("chain_broken");
    this.#registrations.set(index, holder);
    for (const { contest, credential } of credentials) {
      const key = `${contest}|${credential}`;
      if (this.#keys.has(key)) throw new BoothError("chain_broken");
      this.#keys.set(key, holder);
    }
  }

  of(contest: string, credential: string): number {
    const holder = this.#keys.get(`${contest}|${credential}`);
    if (holder === undefined) throw new BoothError("chain_broken");
    return holder;
  }
}

async function credentialOf(board: Board, { ballot }: BallotEntry): Promise<string> {
  const text = ballot.text ?? (await board.blob(ballot.sha256 ?? ""));
  return String((JSON.parse(text) as { credential: unknown }).credential);
}

/**
 * Find the newest ballot that replaces the one at an index.
 *
 * Undefined when the log is too long to be read here.
 */
export async function newestLater(
  board: Board,
  index: number,
  step: (done: number, of: number) => void = () => undefined,
): Promise<Read | undefined> {
  const { size } = board.head;
  if (size > MOST_ENTRIES) return undefined;
  const holders = new Holders();
  let mine: { contest: string; holder: number } | undefined;
  let [at, blobs, later]: [number, number, Read] = [0, 0, null];
  for await (const text of board.entries()) {
    const entry = JSON.parse(text) as Entry;
    if (entry.type === "CredentialsRegistered") holders.register(at, entry);
    if (entry.type === "BallotAccepted" && at >= index && (mine?.contest ?? entry.contest) === entry.contest) {
      if (entry.ballot.text === undefined && ++blobs > MOST_BLOBS) return undefined;
      const holder = holders.of(entry.contest, await credentialOf(board, entry));
      if (at === index) mine = { contest: entry.contest, holder };
      else if (holder === mine?.holder) later = at;
    }
    if (++at % 256 === 0 || at === size) step(at, size);
  }
  if (mine === undefined) throw new BoothError("receipt_not_found");
  return later;
}

/** Hold the server's word against the log's. */
export function judge(read: Read | undefined, said: Said): Verdict {
  if (read === undefined) return { kind: "unread", said };
  if (said === undefined || said === read) return { kind: "read", later: read };
  if (said !== null) return { kind: "invented", said, later: read };
  return { kind: "hidden", later: read as number };
}
