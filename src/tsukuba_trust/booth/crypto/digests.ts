/** Digests in the notations of protocol.md section 1. */

import { sha256 as digest } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function sha256(data: Uint8Array | string): Uint8Array {
  return digest(typeof data === "string" ? utf8(data) : data);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.substr(2 * i, 2), 16);
  return bytes;
}

/** Standard Base64 with padding. */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** b64(s) of protocol.md: SHA-256 of a text in Base64 without "=", 43 characters. */
export function b64(text: string): string {
  return base64(sha256(text)).slice(0, 43);
}

/** Big-endian integer. */
export function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes) || "0"}`);
}
