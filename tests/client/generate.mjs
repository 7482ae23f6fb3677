/**
 * Generates a client from the printed schema and the operation files, as an integrator does:
 *   node generate.mjs <schema.graphql> <operations folder> <names, comma separated> <out.ts>
 */
import {codegen} from "@graphql-codegen/core";
import * as genericSdk from "@graphql-codegen/typescript-generic-sdk";
import * as operations from "@graphql-codegen/typescript-operations";
import * as typescript from "@graphql-codegen/typescript";
import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {buildSchema, parse, printSchema} from "graphql";

const [schemaFile, folder, names, out] = process.argv.slice(2);
const schema = buildSchema(readFileSync(schemaFile, "utf8"));
const documents = names.split(",").map((name) => {
  const location = join(folder, `${name}.graphql`);
  return {location, document: parse(readFileSync(location, "utf8"))};
});

const text = await codegen({
  filename: out,
  schema: parse(printSchema(schema)),
  schemaAst: schema,
  documents,
  config: {documentMode: "documentNode", rawRequest: false, enumsAsTypes: true, useTypeImports: true},
  plugins: [{typescript: {}}, {operations: {}}, {sdk: {}}],
  pluginMap: {typescript, operations, sdk: genericSdk},
});
writeFileSync(out, text);
