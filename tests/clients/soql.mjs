// Whether SOQL is SOQL, in the eyes of a parser that others wrote (npm @jetstreamapp/soql-parser-js).
//
//   node soql.mjs            the corpus that the fake Salesforce's own parser is tested on (soql.json): both must agree
//   node soql.mjs FOLDER     the queries that tests put on record there (HOTEL_FAKES_RECORD, *.soql): every one must parse

import { readFileSync, readdirSync } from "node:fs";
import { isQueryValid } from "@jetstreamapp/soql-parser-js";

const read = (file) => JSON.parse(readFileSync(file, "utf-8"));
const [given] = process.argv.slice(2);
const recorded = (folder) => {
  const files = readdirSync(folder).filter((it) => it.endsWith(".soql"));
  const lines = files.flatMap((file) => readFileSync(`${folder}/${file}`, "utf-8").split("\n").filter(Boolean));
  // A reference stands for an id that an earlier subrequest brings.
  return [...new Set(lines)].map((line) => JSON.parse(line).replace(/@\{[^}]*\}/g, "006000000000001AAA"));
};
const corpus = given ? { valid: recorded(given) } : read(new URL("soql.json", import.meta.url));
let passed = 0;
let failed = 0;

function check(soql, expected) {
  if (isQueryValid(soql) === expected) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED: ${expected ? "refuses" : "reads"} ${JSON.stringify(soql)}`);
}

for (const soql of corpus.valid) check(soql, true);
for (const soql of corpus.invalid ?? []) check(soql, false);
for (const soql of Object.keys(corpus.invalid_although_the_library_reads_it ?? {})) check(soql, true);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
