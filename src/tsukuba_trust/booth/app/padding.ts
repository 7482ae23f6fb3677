/** Requests that carry a ballot always have the same length (attack B07). */

/** Longest decimal form of a scalar and of an element; elements of Ed25519 never vary. */
const LONGEST: Record<string, { scalar: number; element: number }> = {
  Ed25519: { scalar: 76, element: 0 },
  "BELENIOS-2048": { scalar: 77, element: 617 },
  "RFC-3526-2048": { scalar: 617, element: 617 },
};
const SCALARS = new Set(["challenge", "response"]);
const ELEMENTS = new Set(["alpha", "beta", "credential"]);

/** How many characters a ballot is short of the longest one of its contest. */
export function missing(group: string, ballot: string): number {
  const longest = LONGEST[group];
  if (longest === undefined) return 0;
  let sum = 0;
  JSON.parse(ballot, (name: string, value: unknown) => {
    if (typeof value === "string" && SCALARS.has(name)) sum += longest.scalar - value.length;
    if (typeof value === "string" && ELEMENTS.has(name) && longest.element > 0) {
      sum += longest.element - value.length;
    }
    return value;
  });
  return sum;
}

/** The request that casts a ballot. */
export function castBody(group: string, contest: string, ballot: string): string {
  const padding = "=".repeat(missing(group, ballot));
  const variables = { input: { contest, ballot, padding } };
  return JSON.stringify({ operationName: "CastBallot", variables });
}
