/**
 * What page and worker say to each other. All values survive `postMessage`.
 *
 * Texts of elements, scalars, ballots and entries are exactly the bytes that are hashed,
 * signed or sent; digests are lower-case hexadecimal unless a comment says otherwise.
 */

/** A proof as it stands in JSON: two decimal scalars, in this order. */
export interface ProofJson {
  challenge: string;
  response: string;
}

/**
 * One 0 or 1 per option in the contest's order, or "blank" where the contest allows it.
 *
 * Where ballots are rankings, scores, grades or lists: the entries of the vector itself.
 */
export type Selection = number[] | "blank";

/** A contest as the public record fixes it. */
export interface ContestRecord {
  uuid: string;
  /** the Belenios election record, exactly as published: its digest is φ */
  record: string;
}

export interface SealInput {
  /** origin of the election's log */
  origin: string;
  /** every contest of the election: keys are made for all of them, whatever was chosen */
  contests: ContestRecord[];
  /** by uuid; only what was chosen is sealed. Empty where the voter identifies first. */
  choices: Record<string, Selection>;
  /** an earlier credential text, still kept by this browser; absent = a new one is drawn */
  text?: string;
}

/** What `startIdentification` takes for one contest. */
export interface Credential {
  contest: string;
  credential: string;
  proof: ProofJson;
}

/** A ballot ready to be sent. It holds nothing from which the choice follows. */
export interface SealedBallot {
  /** canonical JSON: exactly the bytes under the tracker */
  text: string;
  /** Base64 of SHA-256 without "=", 43 characters */
  tracker: string;
  /** leaf hash of the `BallotAccepted` entry, computed here before anything is sent */
  leaf: string;
}

export interface Sealed {
  /** credential text, never shown */
  text: string;
  credentials: Credential[];
  /** 32 random bytes for this attempt; a further attempt takes `Sealer.blind()` */
  blind: string;
  ballots: Record<string, SealedBallot>;
}

/** The file of a tested ballot (voting-flow 6). It shows what was chosen and is no vote. */
export interface Opening {
  type: "tsukuba-trust/opening/1";
  /** origin */
  log: string;
  /** uuid */
  contest: string;
  ballot: string;
  /** 0 or 1 per ciphertext, the blank one first where there is one; or the entries of a vector */
  choices: number[];
  /** decimal scalars, one per ciphertext */
  randomness: string[];
}

export interface OpeningFile {
  /** ballot-test-XXXX-XXXX.json */
  name: string;
  text: string;
}

/** What an opening file says, after everything was encrypted again and compared. */
export interface OpenedBallot {
  log: string;
  contest: string;
  tracker: string;
  /** the chosen options, named as the record has them, with rank, score or grade; empty = none */
  chosen: string[];
  blank: boolean;
}

/** A log as the reader wants it: never taken from the checkpoint itself. */
export interface LogName {
  origin: string;
  /** verifier key text */
  logKey: string;
}

/** A signed head, verified. */
export interface Head {
  size: number;
  root: string;
  /** the note as received: keep this one for the next visit */
  checkpoint: string;
}

export interface ReceiptInput extends LogName {
  /** the leaf this device computed from its own bytes */
  leaf: string;
  /** tlog-proof text */
  receipt: string;
}

/** A receipt that proves the leaf. */
export interface CheckedReceipt extends Head {
  index: number;
}

export interface RegistrationInput extends LogName {
  /** canonical bytes of the `CredentialsRegistered` entry, as text */
  entry: string;
  receipt: string;
  /** own keys: each must stand in the entry, with its proof, and no others */
  credentials: Credential[];
}

export interface CheckedRegistration extends CheckedReceipt {
  /** index of the registration that this one replaces; absent = the holder's first */
  replaces?: number;
  provider: string;
  bound: boolean;
}

export interface CheckpointInput extends LogName {
  checkpoint: string;
}

export interface ConsistencyInput extends LogName {
  /** the head this device holds; absent = none yet, nothing to compare with */
  old?: string;
  /** the head just received */
  checkpoint: string;
  /** address of the board's files with a final slash: tiles are fetched below it */
  board: string;
}

export interface FixedInput extends LogName {
  checkpoint: string;
  /** address of the board's files with a final slash */
  board: string;
  /** D, 64 hex digits */
  definition: string;
  /** every contest in the definition's order */
  contests: ContestRecord[];
}

export interface BindingInput {
  origin: string;
  /** D, 64 hex digits */
  definition: string;
  /** 32 hex digits */
  attempt: string;
  blind: string;
  credentials: Credential[];
}

/** The calls of the worker, by name: argument and answer. */
export interface Calls {
  seal: [SealInput, Sealed];
  opening: [string, OpeningFile];
  checkOpening: [{ text: string; record: string }, OpenedBallot];
  checkReceipt: [ReceiptInput, CheckedReceipt];
  checkRegistration: [RegistrationInput, CheckedRegistration];
  checkCheckpoint: [CheckpointInput, Head];
  /** the new head, after it was proven to continue the old one */
  checkConsistency: [ConsistencyInput, Head];
  /** what the page was given about the election is what entries 0 and 1 of the log fix */
  checkFixed: [FixedInput, Head];
  /** the 32 bytes that evidence of a bound provider signs, in hexadecimal */
  binding: [BindingInput, string];
}

export type CallName = keyof Calls;

export interface Request<N extends CallName = CallName> {
  id: number;
  call: N;
  input: Calls[N][0];
}

export type Answer =
  | { id: number; value: unknown }
  | { id: number; error: string }
  | { id: number; done: number; of: number };

/**
 * Why the worker refused; the page shows it as the error `code`.
 *
 * no_randomness     the browser has no crypto.getRandomValues: nothing is made
 * selection_invalid not a selection that the contest allows
 * record_invalid    the contest's record is not one that this booth knows how to seal for
 * credential_form   the kept credential text is not one
 * opening_gone      what was chosen has been forgotten
 * opening_invalid   not an opening file
 * opening_differs   the ballot does not hold what the file says: this device cannot be trusted
 * receipt_malformed · inclusion_invalid · note_malformed · note_signature · note_unsigned ·
 * checkpoint_malformed · origin_other · vkey_invalid · registration_other
 *                   what the server sent proves nothing, or something else: show red
 * election_other    the election is not the one that the log has fixed: seal nothing
 * fork              two heads that contradict each other: keep both notes as evidence
 * tile_missing      the board's files could not be fetched: try again
 * worker_failed     the worker died or could not be started
 */
export type Code = string;

/** A refusal by its code; `message` is the code and holds nothing of the voter. */
export class BoothError extends Error {
  readonly code: Code;

  constructor(code: Code) {
    super(code);
    this.name = "BoothError";
    this.code = code;
  }
}
