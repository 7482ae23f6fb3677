/**
 * The page's side of the worker that seals and checks.
 *
 * Everything secret stays in the worker until the page asks for it; `forget` ends the
 * worker and with it every choice and all randomness it ever held (voting-flow 5, 6).
 */

import { BoothError } from "./types.ts";
import type * as types from "./types.ts";
import type { CallName, Calls } from "./types.ts";

/** Of a `Worker` just what is needed here, so that tests can stand in for it. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { data: types.Answer }) => void) | null;
  onerror: ((event: unknown) => void) | null;
}

export type Progress = (done: number, of: number) => void;

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: BoothError) => void;
  progress: Progress | undefined;
}

export class Sealer {
  readonly #start: () => WorkerLike;
  #worker: WorkerLike | undefined;
  #waiting = new Map<number, Waiting>();
  #last = 0;

  /** Starts the worker at once: its start costs more than one ballot. */
  constructor(start: () => WorkerLike) {
    this.#start = start;
    this.#open();
  }

  /** Make keys for all contests and seal every contest that was chosen. */
  seal(input: types.SealInput, progress?: Progress): Promise<types.Sealed> {
    return this.#call("seal", input, progress);
  }

  /** Return the opening file of one sealed ballot; the page then calls `forget`. */
  opening(contest: string): Promise<types.OpeningFile> {
    return this.#call("opening", contest);
  }

  /** Encrypt again what an opening file says, and compare. */
  checkOpening(text: string, record: string): Promise<types.OpenedBallot> {
    return this.#call("checkOpening", { text, record });
  }

  checkReceipt(input: types.ReceiptInput): Promise<types.CheckedReceipt> {
    return this.#call("checkReceipt", input);
  }

  checkRegistration(input: types.RegistrationInput): Promise<types.CheckedRegistration> {
    return this.#call("checkRegistration", input);
  }

  checkCheckpoint(input: types.CheckpointInput): Promise<types.Head> {
    return this.#call("checkCheckpoint", input);
  }

  checkConsistency(input: types.ConsistencyInput): Promise<types.Head> {
    return this.#call("checkConsistency", input);
  }

  /** To be called before anything is sealed. */
  checkFixed(input: types.FixedInput): Promise<types.Head> {
    return this.#call("checkFixed", input);
  }

  binding(input: types.BindingInput): Promise<string> {
    return this.#call("binding", input);
  }

  /**
   * Forget choices, randomness and keys: the worker dies with its memory.
   *
   * To be called before `startIdentification`, at the end of a test and at leaving. Calls
   * under way are refused with `opening_gone`; a new worker is started for what follows.
   */
  forget(): void {
    this.#close("opening_gone");
    this.#open();
  }

  /** Forget and start nothing again: the page is left. */
  end(): void {
    this.#close("opening_gone");
  }

  #call<N extends CallName>(
    call: N,
    input: Calls[N][0],
    progress?: Progress,
  ): Promise<Calls[N][1]> {
    if (this.#worker === undefined) this.#open();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, progress });
      const request: types.Request<N> = { id, call, input };
      this.#worker?.postMessage(request);
    });
  }

  #open(): void {
    const worker = this.#start();
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = () => this.#close("worker_failed");
    this.#worker = worker;
  }

  #close(code: types.Code): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const call of waiting) call.reject(new BoothError(code));
  }

  #hear(answer: types.Answer): void {
    const call = this.#waiting.get(answer.id);
    if (call === undefined) return;
    if ("done" in answer) {
      call.progress?.(answer.done, answer.of);
      return;
    }
    this.#waiting.delete(answer.id);
    if ("error" in answer) call.reject(new BoothError(answer.error));
    else call.resolve(answer.value as never);
  }
}
