import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const TOKENS = readFileSync(path.join(ROOT, "node_modules/@digital-go-jp/design-tokens/dist/tokens.css"), "utf8");
const STYLE = readFileSync(path.join(ROOT, "src/tsukuba_trust/pages/static/booth.css"), "utf8");

type Colours = Record<string, string>;

function declared(text: string): Colours {
  const found = text.matchAll(/(--[\w-]+):\s*([^;]+);/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, (value as string).trim()]));
}

/** Custom properties of one contrast scheme: tokens, then the roles, then what the scheme changes. */
function scheme(name: string): Colours {
  const roles = /:root \{([^}]+)\}/.exec(STYLE)?.[1] ?? "";
  const changes = new RegExp(`:root\\[data-contrast="${name}"\\] \\{([^}]+)\\}`).exec(STYLE)?.[1] ?? "";
  return { ...declared(TOKENS), ...declared(roles), ...declared(changes) };
}

function resolved(colours: Colours, name: string): string {
  const value = colours[name] ?? "";
  const other = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  return other === undefined ? value : resolved(colours, other);
}

function luminance(colour: string): number {
  const plain = /^#(.)(.)(.)$/.test(colour) ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(plain.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colours: Colours, one: string, other: string): number {
  const [a, b] = [one, other].map((name) => luminance(resolved(colours, `--tt-${name}`))) as [number, number];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** What stands on what, and the least contrast: 7 for all text of ballot screens (web.md 1.3). */
const PAIRS: [string, string, number][] = [
  ["text", "surface", 10],
  ["text", "surface-2", 7],
  ["text-sub", "surface", 7],
  ["text-sub", "surface-2", 6.5],
  ["link", "surface", 7],
  ["action", "surface", 7],
  ["on-action", "action", 7],
  ["on-action", "action-hover", 7],
  ["error-text", "surface", 7],
  ["border", "surface", 3],
  ["error-border", "surface", 3],
  ["warning-border", "surface", 3],
  ["success-border", "surface", 3],
  ["focus-outline", "surface", 3],
  ["focus-ring", "focus-outline", 3],
];

for (const name of ["normal", "high", "low"]) {
  const colours = scheme(name);
  for (const [one, other, least] of PAIRS) {
    test(`${name}: ${one} on ${other} has a contrast of at least ${least}`, () => {
      const found = contrast(colours, one, other);
      assert.ok(found >= least, `${found.toFixed(2)}`);
    });
  }
}

/** Contrast of every token in use on white and on gray-50, as computed once (web.md 1.3). */
const TABLE: [string, string, string][] = [
  ["primitive-blue-900", "11.10", "9.91"],
  ["primitive-blue-1000", "14.22", "12.70"],
  ["neutral-solid-gray-800", "12.63", "11.29"],
  ["neutral-solid-gray-700", "8.45", "7.55"],
  ["neutral-solid-gray-600", "5.74", "5.13"],
  ["neutral-solid-gray-536", "4.54", "4.06"],
  ["semantic-error-1", "4.60", "4.11"],
  ["semantic-error-2", "5.79", "5.18"],
  ["semantic-success-1", "3.45", "3.08"],
  ["semantic-success-2", "5.35", "4.78"],
  ["semantic-warning-yellow-1", "3.02", "2.70"],
  ["semantic-warning-yellow-2", "4.54", "4.05"],
  ["semantic-warning-orange-1", "3.18", "2.84"],
  ["semantic-warning-orange-2", "4.85", "4.33"],
];

for (const [token, onWhite, onGray] of TABLE) {
  test(`the token ${token} has the contrasts that were computed once`, () => {
    const colours = {
      ...declared(TOKENS),
      "--tt-probe": `var(--color-${token})`,
      "--tt-white": "#ffffff",
      "--tt-gray": "var(--color-neutral-solid-gray-50)",
    };
    assert.equal(contrast(colours, "probe", "white").toFixed(2), onWhite);
    assert.equal(contrast(colours, "probe", "gray").toFixed(2), onGray);
  });
}

test("the ring of the focus is seen against its outline alone", () => {
  const colours = { ...scheme("normal"), "--tt-white": "#ffffff" };
  assert.equal(contrast(colours, "focus-ring", "white").toFixed(2), "1.43");
  assert.equal(contrast(colours, "focus-ring", "focus-outline").toFixed(2), "14.74");
});

/** What stands on what on the portal: text 4.5, controls and chart marks 3. */
const PORTAL_PAIRS: [string, string, number][] = [
  ["text", "surface", 4.5],
  ["text", "surface-2", 4.5],
  ["text-sub", "surface", 4.5],
  ["text-sub", "surface-2", 4.5],
  ["link", "surface", 4.5],
  ["link", "surface-2", 4.5],
  ["action", "surface", 4.5],
  ["on-action", "action", 4.5],
  ["on-action", "action-hover", 4.5],
  ["error-text", "surface-2", 4.5],
  ["border-strong", "surface", 3],
  ["border", "surface", 3],
  ["error-border", "surface", 3],
  ["warning", "surface", 3],
  ["good", "surface", 3],
  ["chart", "surface", 3],
  ["chart-first", "surface", 3],
  ["focus-outline", "surface", 3],
];
const THEME = readFileSync(path.join(ROOT, "src/tsukuba_trust/pages/static/theme.css"), "utf8");

/** The portal's roles in one contrast scheme, as its theme changes them. */
function portalScheme(name: string): Colours {
  const block = (selector: string) =>
    declared(THEME.slice(THEME.indexOf(selector)).split("}")[0] ?? "");
  const changes = name === "normal" ? {} : block(`:root[data-contrast="${name}"]`);
  return { ...declared(TOKENS), ...block(":root, .tt-root"), ...changes };
}

for (const name of ["normal", "high", "low"]) {
  for (const [one, other, least] of PORTAL_PAIRS) {
    test(`portal, ${name}: ${one} on ${other} has a contrast of at least ${least}`, () => {
      const found = contrast(portalScheme(name), one, other);
      assert.ok(found >= least, `${found.toFixed(2)}`);
    });
  }
}
