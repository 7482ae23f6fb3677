/**
 * A kiosk: a program beside this machine's card reader owns the browser (voting-flow 10).
 *
 * The page speaks to it by links that it intercepts; it answers with the fragment of the
 * page's own address. Nothing is stored, and nothing leads away.
 */

import { readReturn } from "./digits.ts";

const SCHEME = "tsukuba-trust-card:";

/** Without a step for so long, a kiosk's visit is over. */
export const KIOSK_IDLE_MS = 5 * 60_000;

export function isKiosk(): boolean {
  return new URLSearchParams(location.search).get("kiosk") === "1";
}

/** Link that asks for the card beside this screen. */
export function cardLink(attempt: string): string {
  return SCHEME + attempt;
}

/** Ask for this browser to be closed; outside a kiosk nothing happens. */
export function closeKiosk(): void {
  if (isKiosk()) location.href = `${SCHEME}finish`;
}

/** Hear a token once; it leaves the address before anything else happens. */
export function onToken(take: (attempt: string, token: string) => void): void {
  if (!isKiosk()) return;
  addEventListener("hashchange", () => {
    const found = readReturn(location.hash);
    if (location.hash !== "") history.replaceState(history.state, "", location.pathname + location.search);
    if (found !== undefined) take(found.attempt, found.token);
  });
}
