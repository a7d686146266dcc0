// Whether SOQL is SOQL, in the eyes of a parser that others wrote (npm @jetstreamapp/soql-parser-js).
//
//   node soql.mjs            the corpus that the fake Salesforce's own parser is tested on (soql.json): both must agree
//   node soql.mjs FILE       a JSON list of queries, such as those a test recorded: every one must parse

import { readFileSync } from "node:fs";
import { isQueryValid } from "@jetstreamapp/soql-parser-js";

const read = (file) => JSON.parse(readFileSync(file, "utf-8"));
const [given] = process.argv.slice(2);
const corpus = given ? { valid: read(given) } : read(new URL("soql.json", import.meta.url));
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
