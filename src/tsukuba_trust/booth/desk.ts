/** The worker's desk: answers calls, and keeps what was chosen until it is forgotten. */

import { type Chosen, type Key, makeKey, makeProver, openingOf, publicKey, sealBallot } from "./crypto/ballot.ts";
import { newText } from "./crypto/credentials.ts";
import { hex } from "./crypto/digests.ts";
import { checkOpening, openingFile } from "./crypto/opening.ts";
import { type Randomness, systemRandomness } from "./crypto/random.ts";
import { type Contest, readContest } from "./crypto/record.ts";
import { stepsOf } from "./crypto/scheme.ts";
import { binding, checkContinues, checkFixed, checkRegistration, headOf } from "./log/heads.ts";
import { readCheckpoint } from "./log/note.ts";
import { checkReceipt } from "./log/receipt.ts";
import type { Get } from "./log/tiles.ts";
import { type Answer, BoothError, type CallName, type Calls, type Request } from "./types.ts";
import type { ContestRecord, OpeningFile, Sealed, SealInput } from "./types.ts";

const BLIND_SIZE = 32; // bytes

/** Of `fetch` just what is needed here. */
export type Fetch = (address: string) => Promise<{ ok: boolean; arrayBuffer(): Promise<ArrayBuffer> }>;

type Step = (done: number, of: number) => void;
type Methods = { [N in CallName]: (input: Calls[N][0], step: Step) => Calls[N][1] | Promise<Calls[N][1]> };

export class Desk {
  readonly #fetch: Fetch;
  readonly #randomness: Randomness;
  readonly #chosen = new Map<string, Chosen>();
  readonly #contests = new Map<string, Contest>();
  #origin = "";

  constructor(fetch: Fetch, randomness: Randomness = systemRandomness) {
    this.#fetch = fetch;
    this.#randomness = randomness;
  }

  /** Answer one call; a refusal is its code alone, so that nothing of the voter leaks. */
  async answer(request: Request, reply: (answer: Answer) => void): Promise<void> {
    const { id, call, input } = request;
    try {
      const method = this.#methods[call] as (input: unknown, step: Step) => unknown;
      const value = await method(input, (done, of) => reply({ id, done, of }));
      reply({ id, value });
    } catch (error) {
      reply({ id, error: error instanceof BoothError ? error.code : "worker_failed" });
    }
  }

  readonly #methods: Methods = {
    seal: (input, step) => this.#seal(input, step),
    opening: (contest) => this.#opening(contest),
    checkOpening: ({ text, record }) => checkOpening(text, record),
    checkReceipt,
    checkRegistration,
    checkCheckpoint: (input) => headOf(readCheckpoint(input.checkpoint, input)),
    checkConsistency: (input) => checkContinues(input, this.#board(input.board)),
    checkFixed: (input) => {
      this.#randomness(1); // a worker without the generator is told before anybody chooses
      // The tables of every key are made now, while the voter still reads.
      for (const contest of input.contests) makeProver(this.#contest(contest), this.#randomness);
      return checkFixed(input, this.#board(input.board));
    },
    binding: (input) =>
      binding(input.origin, input.definition, input.attempt, input.blind, input.credentials),
  };

  /** Make keys for all contests and seal the chosen ones (architecture D2, D7). */
  #seal(input: SealInput, step: Step): Sealed {
    this.#chosen.clear();
    this.#origin = input.origin;
    const text = input.text ?? newText(this.#randomness);
    const contests = input.contests.map((contest) => this.#contest(contest));
    const keys = contests.map((contest) => makeKey(contest, text, this.#randomness));
    const chosen = keys.filter(({ contest }) => Object.hasOwn(input.choices, contest.uuid));
    if (chosen.length !== Object.keys(input.choices).length) throw new BoothError("record_invalid");
    const of = chosen.reduce((sum, { contest }) => sum + stepsOf(contest.question), 0);
    let done = 0;
    const advance = () => step(Math.min(++done, of), of);
    const ballots: Sealed["ballots"] = {};
    for (const key of chosen) ballots[key.contest.uuid] = this.#sealOne(key, input, advance);
    const blind = hex(this.#randomness(BLIND_SIZE));
    return { text, credentials: keys.map(publicKey), blind, ballots };
  }

  #contest(input: ContestRecord): Contest {
    const known = this.#contests.get(input.record) ?? readContest(input);
    if (known.uuid !== input.uuid) throw new BoothError("record_invalid");
    this.#contests.set(input.record, known);
    return known;
  }

  #sealOne(key: Key, input: SealInput, advance: () => void): Chosen["ballot"] {
    const { uuid } = key.contest;
    const selection = input.choices[uuid] as SealInput["choices"][string];
    const sealed = sealBallot(key, selection, advance);
    this.#chosen.set(uuid, sealed);
    return sealed.ballot;
  }

  #opening(contest: string): OpeningFile {
    const chosen = this.#chosen.get(contest);
    if (chosen === undefined) throw new BoothError("opening_gone");
    return openingFile(openingOf(this.#origin, contest, chosen));
  }

  #board(address: string): Get {
    return async (path) => {
      const response = await this.#fetch(address + path).catch(() => undefined);
      if (!response?.ok) throw new BoothError("tile_missing");
      return new Uint8Array(await response.arrayBuffer());
    };
  }
}
