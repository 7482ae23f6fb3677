/** The group Ed25519 on noble-curves (protocol.md section 2.1). */

import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { BoothError } from "../types.ts";
import { fromHex, hex } from "./digests.ts";
import type { AnyGroup, Group } from "./groups.ts";

const Point = ed25519.Point;
type Point = typeof Point.BASE;

const WINDOW = 5; // bits; measured best for 3 and for 41 options

class Ed25519 implements Group<Point> {
  readonly name = "Ed25519";
  readonly q = Point.Fn.ORDER;
  readonly generator = Point.BASE;

  decode(text: string): Point {
    if (!/^[0-9a-f]{64}$/.test(text)) throw new BoothError("element_invalid");
    let point: Point;
    try {
      point = Point.fromBytes(fromHex(text).reverse());
    } catch {
      throw new BoothError("element_invalid");
    }
    if (point.is0() || !point.isTorsionFree()) throw new BoothError("element_invalid");
    return point;
  }

  encode(points: readonly Point[]): string[] {
    // One inversion for all; enc is the RFC 8032 string reversed.
    return normalizeZ(Point, [...points]).map((point) => hex(point.toBytes().reverse()));
  }

  multiply(a: Point, b: Point): Point {
    return a.add(b);
  }

  fixedBase(base: Point): (exponent: bigint) => Point {
    base.precompute(WINDOW, false);
    // noble refuses to multiply by zero.
    return (exponent) => (exponent === 0n ? Point.ZERO : base.multiply(exponent));
  }
}

export function ed25519Group(): AnyGroup {
  return new Ed25519();
}
