// Writes src/schema.ts and src/client.ts from the OpenAPI document; with --check it compares instead.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const at = (path) => new URL(path, import.meta.url);
const document = JSON.parse(readFileSync(at("../openapi/openapi.json"), "utf8"));
const packaged = JSON.parse(readFileSync(at("package.json"), "utf8"));

const head = "// Generated from ../openapi/openapi.json by generate.mjs. Do not edit.\n";

function* operations() {
  for (const [path, item] of Object.entries(document.paths)) for (const [method, o] of Object.entries(item)) yield { path, method: method.toUpperCase(), ...o };
}

const named = (o, where) => (o.parameters ?? []).filter((p) => p.in === where).map((p) => p.name);
const comment = (o) => `  /** ${[o.summary + ".", o.description].filter(Boolean).join(" ").replaceAll("*/", "* /")} */\n`;

function method(o) {
  const id = JSON.stringify(o.operationId);
  const required = o.requestBody || (o.parameters ?? []).some((p) => p.required);
  const args = `args: Args<${id}>${required ? "" : " = {}"}`;
  const route = `routes.${o.operationId}`;
  if (o["x-caller"] === "browser") {
    return `${comment(o)}  ${o.operationId}Address(${args}): string {\n    return this.address(${route}, args);\n  }\n`;
  }
  const json = Object.entries(o.responses).some(([status, r]) => status < 300 && r.content?.["application/json"]);
  const [type, call] = json ? [`Answer<${id}>`, "json"] : ["Response", "call"];
  return `${comment(o)}  ${o.operationId}(${args}, options?: Options): Promise<${type}> {\n    return this.${call}(${route}, args, options);\n  }\n`;
}

function client() {
  const all = [...operations()].sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const routes = all.map((o) => `  ${o.operationId}: ${JSON.stringify({ method: o.method, path: o.path, query: named(o, "query"), header: named(o, "header"), signed: o["x-caller"] !== "browser" })},`);
  return (
    head +
    'import { Core } from "./core.js";\nimport type { Answer, Args, Options } from "./types.js";\n\n' +
    `/** Version of the contract that this client was generated from. */\nexport const version = ${JSON.stringify(document.info.version)};\n\n` +
    `const routes = {\n${routes.join("\n")}\n} as const;\n\n` +
    "/** A client of the API: a function for each operation. Each throws a Problem. */\nexport class HireGmail extends Core {\n" +
    all.map(method).join("\n") +
    "}\n"
  );
}

const made = { "src/schema.ts": head + astToString(await openapiTS(document, { alphabetize: true, exportType: false, excludeDeprecated: false })), "src/client.ts": client() };
let wrong = 0;
if (packaged.version !== document.info.version) {
  console.error(`package.json is of version ${packaged.version}, the document of ${document.info.version}: give both the same`);
  wrong = 1;
}
for (const [file, text] of Object.entries(made)) {
  if (!process.argv.includes("--check")) {
    writeFileSync(at(file), text);
  } else if (readFileSync(at(file), "utf8") !== text) {
    console.error(`${file} is not of this document: npm run generate writes it anew`);
    wrong = 1;
  }
}
process.exit(wrong);
