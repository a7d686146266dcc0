// Converts both servers' tools with Mastra's converters, and counts the tokens of their lists.
//
//   node converters.mjs FOLDER_OF_THE_BINARIES
//
// A tool that a converter refuses, an argument that it loses, a warning of it, and a list over its budget are failures.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getEncoding } from "js-tiktoken";
import * as mastra from "@mastra/schema-compat";
import { toStandardSchema } from "@mastra/schema-compat/adapters/json-schema";

const DIALECT = "https://json-schema.org/draft/2020-12/schema"; // what Mastra's MCP client takes a schema without one for
const TOKENIZERS = ["o200k_base", "cl100k_base"].map((name) => [name, getEncoding(name)]);
const BUDGETS = { "guest-server": 7_000, "staff-server": 14_000 };
// What Mastra does to a schema for the models of a vendor.
const LAYERS = Object.entries(mastra).filter(([name]) => /^(Anthropic|DeepSeek|Google|Meta|OpenAI|OpenAIReasoning)SchemaCompatLayer$/.test(name));

const binaries = resolve(process.argv[2] ?? "target/debug");
let failed = 0;
let warned = 0;

function check(holds, what) {
  if (holds) return;
  failed++;
  console.log(`FAILED ${what}`);
}

for (const level of ["warn", "error"]) {
  console[level] = (...text) => {
    warned++;
    check(false, `console.${level}: ${text.join(" ")}`);
  };
}

function tools(server) {
  const folder = mkdtempSync(join(tmpdir(), "hotel-"));
  const listed = execFileSync(join(binaries, server), ["tools", "--json"], { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true, force: true });
  return JSON.parse(listed);
}

async function convert(server, tool) {
  const names = Object.keys(tool.inputSchema.properties);
  const input = toStandardSchema({ ...tool.inputSchema, $schema: DIALECT });
  await input["~standard"].validate({});
  const output = toStandardSchema({ ...tool.outputSchema, $schema: DIALECT });
  const told = await output["~standard"].validate({ success: false, error_code: "X", error_message: "x", details: {} });
  check(!told.issues, `${server} ${tool.name}: Mastra takes a failure for one: ${JSON.stringify(told.issues)}`);
  for (const [name, Layer] of LAYERS) {
    const model = { provider: "any", modelId: "any", supportsStructuredOutputs: true };
    const { properties } = new Layer(model).processToJSONSchema(input);
    const lost = names.filter((argument) => !(argument in properties));
    check(lost.length === 0, `${server} ${tool.name}: ${name} loses ${lost}`);
  }
}

check(LAYERS.length === 6, `Mastra has six layers, not ${LAYERS.length}`);
for (const [server, budget] of Object.entries(BUDGETS)) {
  const listed = tools(server);
  const before = { failed, warned };
  for (const tool of listed) {
    try {
      await convert(server, tool);
    } catch (error) {
      check(false, `${server} ${tool.name}: Mastra refuses it: ${error.message}`);
    }
  }
  console.log(`${server}: Mastra: ${listed.length} tools for ${LAYERS.length} vendors, ${failed - before.failed} failed, ${warned - before.warned} warnings`);
  for (const [name, tokenizer] of TOKENIZERS) {
    const tokens = tokenizer.encode(JSON.stringify({ tools: listed })).length;
    console.log(`${server}: tools/list is ${tokens} tokens of ${name}, of ${budget}`);
    check(tokens <= budget, `${server} is over its budget`);
  }
}
console.log(`${failed} failed`);
process.exit(failed ? 1 : 0);
