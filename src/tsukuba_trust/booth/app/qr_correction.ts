/** Reed-Solomon codes over GF(256) with the polynomial 0x11d, as QR codes use them. */

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> bit) & 1) * a;
  }
  return product;
}

/** Coefficients from the highest power down; the leading 1 is left out. */
export class GaloisPolynomial {
  readonly coefficients: number[];

  constructor(coefficients: number[]) {
    this.coefficients = coefficients;
  }

  /** (x − 1)(x − 2)…(x − 2^(degree−1)) */
  static generator(degree: number): GaloisPolynomial {
    const found = new Array<number>(degree).fill(0);
    found[degree - 1] = 1;
    let root = 1;
    for (let step = 0; step < degree; step++) {
      for (let at = 0; at < degree; at++) {
        found[at] = multiply(found[at] as number, root) ^ (found[at + 1] ?? 0);
      }
      root = multiply(root, 2);
    }
    return new GaloisPolynomial(found);
  }
}

/** Correction words of a block. */
export function remainder(block: readonly number[], divisor: GaloisPolynomial): number[] {
  const rest = divisor.coefficients.map(() => 0);
  for (const word of block) {
    const factor = word ^ (rest.shift() as number);
    rest.push(0);
    divisor.coefficients.forEach((coefficient, at) => {
      rest[at] = (rest[at] as number) ^ multiply(coefficient, factor);
    });
  }
  return rest;
}
