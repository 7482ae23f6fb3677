/** Thirty minutes without a step erase everything; a warning comes two minutes before. */

import { KEPT_MS } from "./kept.ts";

export const WARN_BEFORE_MS = 2 * 60_000;

export interface IdleWays {
  /** whether there is anything to erase */
  holding: () => boolean;
  warn: () => void;
  active: () => void;
  expire: () => void;
}

export class Idle {
  readonly #ways: IdleWays;
  #last = Date.now();
  #warned = false;

  constructor(ways: IdleWays) {
    this.#ways = ways;
    for (const name of ["click", "keydown"]) addEventListener(name, () => this.touch(), { passive: true });
    setInterval(() => this.#look(), 5_000);
    document.addEventListener("visibilitychange", () => this.#look());
  }

  touch(): void {
    this.#last = Date.now();
    if (this.#warned) this.#ways.active();
    this.#warned = false;
  }

  #look(): void {
    if (!this.#ways.holding()) return;
    const quiet = Date.now() - this.#last;
    if (quiet >= KEPT_MS) this.#ways.expire();
    else if (quiet >= KEPT_MS - WARN_BEFORE_MS && !this.#warned) {
      this.#warned = true;
      this.#ways.warn();
    }
  }
}
