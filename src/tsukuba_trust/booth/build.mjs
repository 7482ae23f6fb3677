/**
 * Build the browser's files: `node src/tsukuba_trust/booth/build.mjs [ROOT [OUT]]`.
 *
 * The same sources give the same bytes wherever they are built: exact versions, no source
 * map, no time, no absolute path. Names carry the digest of their content, so they can be
 * cached for ever; manifest.json says which name and digest each file has, and these
 * digests stand in an election's definition (entry 0).
 */

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { readCatalogue } from "./catalogue.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PACKAGE = "src/tsukuba_trust";
const DOMAIN = "booth";

// In this order: a later file may name an earlier one.
const STYLES = { "booth.css": "pages/static/booth.css", "site.css": "pages/static/site.css" };
const SCRIPTS = {
  "worker.js": "booth/worker.ts",
  "booth.js": "booth/app/main.ts",
  "check.js": "booth/check/main.ts",
  "phone.js": "booth/check/phone.ts",
};
const SHELLS = { "shell.html": "booth/shell.html" };
const BUNDLED = ["@noble/curves", "@noble/hashes", "@digital-go-jp/design-tokens"];

function sha(algorithm, data, encoding) {
  return createHash(algorithm).update(data).digest(encoding);
}

/**
 * The build's folder while it grows: what was written is known by its name.
 *
 * It grows beside its place, so a build that fails leaves the last one alone.
 */
class Output {
  constructor(folder) {
    this.place = folder;
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    this.folder = fs.mkdtempSync(`${folder}-`);
    this.manifest = {};
  }

  add(name, data) {
    const dot = name.lastIndexOf(".");
    const sha256 = sha("sha256", data, "hex");
    const file = `${name.slice(0, dot)}.${sha256.slice(0, 16)}${name.slice(dot)}`;
    this.write(file, data);
    const integrity = `sha384-${sha("sha384", data, "base64")}`;
    this.manifest[name] = { path: file, sha256, integrity };
  }

  finish() {
    const sorted = Object.fromEntries(
      Object.entries(this.manifest).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const text = `${JSON.stringify(sorted, null, 1)}\n`;
    this.write("manifest.json", text);
    fs.chmodSync(this.folder, 0o755);
    fs.rmSync(this.place, { recursive: true, force: true });
    fs.renameSync(this.folder, this.place);
  }

  write(file, data) {
    fs.writeFileSync(path.join(this.folder, file), data);
  }
}

async function bundle(root, file, define) {
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [`${PACKAGE}/${file}`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    minify: true,
    sourcemap: false,
    legalComments: "none", // the notices stand in licenses.txt
    logLevel: "warning",
    define,
  });
  return result.outputFiles[0].contents;
}

function texts(root) {
  const folder = path.join(root, "locales");
  if (!fs.existsSync(folder)) return [];
  const found = [];
  for (const locale of fs.readdirSync(folder).sort()) {
    const file = path.join(folder, locale, "LC_MESSAGES", `${DOMAIN}.po`);
    if (fs.existsSync(file)) found.push([locale.replaceAll("_", "-"), file]);
  }
  return found;
}

/** Replace `{{path NAME}}` and `{{integrity NAME}}` by what this build made of NAME. */
function fill(template, manifest) {
  return template.replace(/\{\{(path|integrity) ([\w.-]+)\}\}/g, (_whole, field, name) => {
    if (!(name in manifest)) throw new Error(`the shell names ${name}, which was not built`);
    return manifest[name][field];
  });
}

function notices(root) {
  const parts = BUNDLED.map((name) => {
    const text = fs.readFileSync(path.join(root, "node_modules", name, "LICENSE"), "utf8");
    return `${name}\n\n${text.trim()}\n`;
  });
  return parts.join("\n----\n\n");
}

export async function build(root, folder) {
  const output = new Output(folder);
  try {
    await fillFolder(root, output);
  } catch (error) {
    fs.rmSync(output.folder, { recursive: true, force: true });
    throw error;
  }
}

async function fillFolder(root, output) {
  for (const [name, file] of Object.entries(STYLES)) {
    output.add(name, await bundle(root, file, {}));
  }
  for (const [name, file] of Object.entries(SCRIPTS)) {
    const worker = output.manifest["worker.js"]?.path ?? "";
    output.add(name, await bundle(root, file, { WORKER_NAME: JSON.stringify(worker) }));
  }
  for (const [locale, file] of texts(root)) {
    const catalogue = readCatalogue(fs.readFileSync(file, "utf8"));
    output.add(`texts.${locale}.json`, `${JSON.stringify(catalogue)}\n`);
  }
  for (const [name, file] of Object.entries(SHELLS)) {
    const template = fs.readFileSync(path.join(root, PACKAGE, file), "utf8");
    output.add(name, fill(template, output.manifest));
  }
  output.write("licenses.txt", notices(root));
  output.finish();
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = path.resolve(process.argv[2] ?? path.join(HERE, "../../.."));
  const folder = process.argv[3] ?? path.join(root, PACKAGE, "pages/static/build");
  await build(root, path.resolve(folder));
}
