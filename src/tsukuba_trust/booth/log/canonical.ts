/** Canonical bytes of the board: sorted keys, no white space (board.md 2.1). */

export type Json = string | number | boolean | Json[] | { [key: string]: Json };

/** Return the canonical text. Numbers are whole; keys are ASCII, so any sort is the same. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort();
  return `{${fields.map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`).join(",")}}`;
}
