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
  readonly capacity = 30;
  readonly padding = 14n;

  decode(text: string): Point {
    const point = /^[0-9a-f]{64}$/.test(text) ? member(text) : undefined;
    if (point === undefined || point.is0()) throw new BoothError("element_invalid");
    return point;
  }

  encode(points: readonly Point[]): string[] {
    // One inversion for all; enc is the RFC 8032 string reversed.
    return normalizeZ(Point, [...points]).map((point) => hex(point.toBytes().reverse()));
  }

  multiply(a: Point, b: Point): Point {
    return a.add(b);
  }

  fromInteger(value: bigint): Point | undefined {
    return member(value.toString(16).padStart(64, "0"));
  }

  fixedBase(base: Point): (exponent: bigint) => Point {
    base.precompute(WINDOW, false);
    // noble refuses to multiply by zero.
    return (exponent) => (exponent === 0n ? Point.ZERO : base.multiply(exponent));
  }
}

function member(text: string): Point | undefined {
  try {
    const point = Point.fromBytes(fromHex(text).reverse());
    return point.isTorsionFree() ? point : undefined;
  } catch {
    return undefined;
  }
}

export function ed25519Group(): AnyGroup {
  return new Ed25519();
}
