/** Six digits as people type them: full-width, with spaces or hyphens (voting-flow 9). */

/** The six digits, or nothing where it is not six digits. */
export function readDigits(typed: string): string | undefined {
  const plain = typed.normalize("NFKC").replace(/[\s\-\u2010-\u2015\u2212\u30fc\uff0d.·]/g, "");
  return /^[0-9]{6}$/.test(plain) ? plain : undefined;
}

/** A code from paper: one case, no spaces, look-alikes left to the service. */
export function readCode(typed: string): string {
  return typed.normalize("NFKC").toUpperCase().replace(/[\s\-\u2010-\u2015\u2212\u30fc]/g, "");
}

/** Token of a return address: what stands after the dot of its fragment. */
export function readReturn(fragment: string): { attempt: string; token: string } | undefined {
  const match = /^#?([0-9a-f]{32})\.([\w-]{1,128})$/.exec(fragment);
  return match ? { attempt: match[1] as string, token: match[2] as string } : undefined;
}

/** Minutes and seconds that are left, never negative. */
export function timeLeft(until: number, now: number): { minutes: number; seconds: number } {
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  return { minutes: Math.floor(left / 60), seconds: left % 60 };
}
