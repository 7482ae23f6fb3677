/** Asking where an attempt stands: not while the page is hidden, one request at a time. */

import { type Api, Lost, type Progress, Refused } from "./api.ts";
import type { Attempt } from "./kept.ts";

const AFTER_LOSS_MS = 4_000;

export interface Heard {
  progress: (progress: Progress) => void;
  refused: (error: Refused) => void;
  lost: () => void;
}

export class Poll {
  readonly #api: Api;
  readonly #attempt: Attempt;
  readonly #heard: Heard;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #asking = false;

  constructor(api: Api, attempt: Attempt, heard: Heard) {
    this.#api = api;
    this.#attempt = attempt;
    this.#heard = heard;
    document.addEventListener("visibilitychange", this.#seen);
    this.#plan(0);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
  }

  readonly #seen = (): void => {
    clearTimeout(this.#timer);
    if (!document.hidden) this.#plan(0);
  };

  #plan(ms: number): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    if (this.#asking || document.hidden) return;
    this.#asking = true;
    const next = await this.#once();
    this.#asking = false;
    if (next !== undefined && !document.hidden) this.#plan(next);
  }

  async #once(): Promise<number | undefined> {
    try {
      const progress = await this.#api.progress(this.#attempt.id, this.#attempt.secret);
      if (!this.#stopped) this.#heard.progress(progress);
      return progress.pollAfterMs;
    } catch (error) {
      if (this.#stopped) return undefined;
      if (error instanceof Refused && error.code !== "server_busy") {
        this.#heard.refused(error);
        return undefined;
      }
      if (error instanceof Lost) this.#heard.lost();
      return AFTER_LOSS_MS;
    }
  }
}
