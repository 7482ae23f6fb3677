/** Thirty minutes without a step (a kiosk: five) erase everything; a warning comes two minutes before. */

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
  readonly #after: number;
  #last = Date.now();
  #warned = false;

  constructor(ways: IdleWays, after = KEPT_MS) {
    this.#ways = ways;
    this.#after = after;
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
    if (quiet >= this.#after) this.#ways.expire();
    else if (quiet >= this.#after - WARN_BEFORE_MS && !this.#warned) {
      this.#warned = true;
      this.#ways.warn();
    }
  }
}
