/** Receipt numbers: enough to find a ballot, short enough to be read out (voting-flow 8.2). */

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The first 40 bits of a tracker in Crockford base 32, as XXXX-XXXX. */
export function shortTracker(tracker: string): string {
  const bytes = atob(`${tracker}=`).slice(0, 5);
  let bits = 0n;
  for (const char of bytes) bits = (bits << 8n) | BigInt(char.charCodeAt(0));
  let digits = "";
  for (let i = 35n; i >= 0n; i -= 5n) digits += CROCKFORD[Number((bits >> i) & 31n)];
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/** Luhn's check character modulo 32 over all letters and digits before it. */
export function checkCharacter(text: string): string {
  const digits = [...text.replaceAll("-", "")].map((char) => CROCKFORD.indexOf(char));
  let sum = 0;
  digits.reverse().forEach((digit, i) => {
    const weighted = i % 2 === 0 ? 2 * digit : digit;
    sum += Math.floor(weighted / 32) + (weighted % 32);
  });
  return CROCKFORD[(32 - (sum % 32)) % 32] as string;
}

/** `<entry index>-XXXX-XXXX-C`. */
export function receiptNumber(index: number, tracker: string): string {
  const text = `${index}-${shortTracker(tracker)}`;
  return `${text}-${checkCharacter(text)}`;
}

/** Read a typed receipt number; small letters, spaces, look-alikes and left out hyphens are understood. */
export function readReceiptNumber(typed: string): { index: number; short: string } | undefined {
  const plain = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\u2010-\u2015\u2212\u30fc-]+/g, "-")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  const match = /^-?([0-9]{1,16})-?([0-9A-Z]{4})-?([0-9A-Z]{4})-?([0-9A-Z])-?$/.exec(plain);
  if (match === null) return undefined;
  const [, index = "", first = "", second = "", check = ""] = match;
  const short = `${first}-${second}`;
  if (checkCharacter(`${index}-${short}`) !== check) return undefined;
  return { index: Number(index), short };
}
