// Drives both servers with the TypeScript SDKs, in both protocol eras.
//
//   node clients.mjs FOLDER_OF_THE_BINARIES
//
// Every tool is called, with a success and a refusal (calls.json); then many calls at once, a cancelled call and the end of the server.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { CallToolResultSchema, ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const AT_ONCE = 100;
const SECONDS_TO_END = 2;
const WHO = { name: "ci", version: "1" };

const binaries = resolve(process.argv[2] ?? "target/debug");
const day = JSON.parse(readFileSync(new URL("calls.json", import.meta.url), "utf8"));
let passed = 0;
let failed = 0;
let story = "";

function check(holds, what, detail = "") {
  if (holds) return void passed++;
  failed++;
  console.log(`FAILED ${story}: ${what} ${detail}`);
}

// A library that warns about a schema does it on the console: a warning is a finding.
for (const level of ["warn", "error"]) console[level] = (...text) => check(false, `console.${level}`, text.join(" "));
process.on("warning", (warning) => check(false, "a warning of Node's", warning.message));

// Both SDKs behind one shape: call(tool, args, options).
const eras = {
  "sdk 1.32.2": {
    expects: "legacy",
    transport: (it) => new LegacyTransport(it),
    client: () => new LegacyClient(WHO),
    call: (client, call, options) => client.callTool(call, CallToolResultSchema, options),
    onUpdate: (client, heard) => client.setNotificationHandler(ResourceUpdatedNotificationSchema, heard),
  },
  ...Object.fromEntries(
    [
      ["legacy", "legacy", "legacy"],
      ["auto", "auto", "modern"],
      ["pinned", { pin: "2026-07-28" }, "modern"],
    ].map(([name, mode, expects]) => [
      `client 2.4.0 ${name}`,
      {
        expects,
        transport: (it) => new StdioClientTransport(it),
        client: () => new Client(WHO, { versionNegotiation: { mode } }),
        call: (client, call, options) => client.callTool(call, options),
        era: (client) => client.getProtocolEra(),
        onUpdate: (client, heard) => client.setNotificationHandler("notifications/resources/updated", heard),
      },
    ]),
  ),
};

function date(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

// Puts today's dates and what earlier calls gave into a call's arguments.
function fill(args, saved) {
  const value = (it) => {
    if (typeof it !== "string") return it;
    const relative = /^T([+-]\d+)$/.exec(it);
    if (relative) return date(Number(relative[1]));
    return it.startsWith("$") ? saved[it.slice(1)] : it;
  };
  return Object.fromEntries(Object.entries(args).map(([name, it]) => [name, value(it)]));
}

const at = (value, path) => path.split(".").reduce((it, name) => it?.[name], value);

// A server under `sh`, which writes down its exit code and what it said on stderr: the SDKs tell neither. `timeout` sees to
// it that a server that hangs does not stay behind.
function server(binary, env, folder) {
  const script = 'trap : TERM; timeout --foreground 120 "$1" 2>"$2/stderr"; echo $? >"$2/exit"';
  return {
    command: "/bin/sh",
    args: ["-c", script, "sh", join(binaries, binary), folder],
    env: { PATH: process.env.PATH, HOTEL_DATA: join(folder, "hotel"), HOTEL_CALL_DEADLINE_SECONDS: "10", HOTEL_BOOKINGS_PER_GUEST: "100", ...env },
    cwd: folder,
    stderr: "inherit",
  };
}

function shape(result, what) {
  const answer = result.structuredContent;
  check(result.isError === true ? answer?.success === false : answer?.success === true, `${what}: isError is the opposite of success`, JSON.stringify(result).slice(0, 300));
  check(JSON.stringify(JSON.parse(result.content[0].text)) === JSON.stringify(answer), `${what}: the text mirrors structuredContent`);
  JSON.stringify(answer, (key, value) => {
    if (value === null) check(false, `${what}: what is absent is left out`, key);
    return value;
  });
  return answer ?? {};
}

// A prompt, and what is suggested to a person who fills one in.
async function playGuidance(client, { prompt, typing }) {
  const { prompts } = await client.listPrompts();
  check(prompts.some((it) => it.name === prompt.name && it.title), `there is a prompt ${prompt.name}`, JSON.stringify(prompts).slice(0, 300));
  const { messages } = await client.getPrompt({ name: prompt.name, arguments: prompt.args });
  check(messages.length === 1 && messages[0].content.text.split("\n").includes(prompt.says), `${prompt.name} says what was given`, JSON.stringify(messages).slice(-300));
  const wrong = await client.getPrompt({ name: prompt.name, arguments: { no_such_argument: "x" } }).then(
    () => "an answer",
    (error) => error.message,
  );
  check(wrong.includes("no_such_argument"), "an argument that a prompt does not have is named", wrong);
  const { completion } = await client.complete({ ref: { type: "ref/prompt", name: typing.prompt }, argument: { name: typing.argument, value: typing.value } });
  check(JSON.stringify(completion.values) === JSON.stringify(typing.suggests), `${typing.value} is completed`, JSON.stringify(completion));
}

// A client that has subscribed to a resource hears that a call has changed it.
async function hearsOf(client, era, uri, change) {
  const update = new Promise((heard) => era.onUpdate(client, (told) => heard(told.params.uri)));
  let unsubscribe = () => client.unsubscribeResource({ uri });
  if (era.expects === "modern") {
    const listening = await client.listen({ resourceSubscriptions: [uri] });
    check(JSON.stringify(listening.honoredFilter) === JSON.stringify({ resourceSubscriptions: [uri] }), `subscribed to ${uri}`, JSON.stringify(listening.honoredFilter));
    unsubscribe = () => listening.close();
  } else {
    await client.subscribeResource({ uri });
  }
  await change();
  check((await update) === uri, `an update of ${uri}`);
  await unsubscribe();
}

async function play(name, era, persona) {
  const { server: binary, env, calls, read, write, charge } = day[persona];
  story = `${name} ${binary}`;
  const folder = mkdtempSync(join(tmpdir(), "hotel-"));
  const client = era.client();
  // An answer that crossed its cancellation on the way is no error.
  const crossed = (error) => cancelling && error.message.startsWith("Received a response for an unknown message ID");
  let cancelling = false;
  client.onerror = (error) => crossed(error) || check(false, "onerror", error.message);
  await client.connect(era.transport(server(binary, env, folder)));
  if (era.era) check(era.era(client) === era.expects, `speaks the ${era.expects} era`, era.era(client));

  // Unlike the SDKs' own, this validator refuses unknown formats and keywords.
  const ajv = addFormats(new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }));
  const { tools } = await client.listTools();
  const outputs = {};
  const inputs = {};
  for (const tool of tools) {
    for (const [kind, schemas] of [["inputSchema", inputs], ["outputSchema", outputs]]) {
      try {
        schemas[tool.name] = ajv.compile(tool[kind]);
      } catch (error) {
        check(false, `${tool.name}: a strict validator takes the ${kind}`, error.message);
      }
    }
  }
  const again = await client.listTools();
  check(JSON.stringify(again.tools) === JSON.stringify(tools), "tools/list is stable");

  await playGuidance(client, day[persona]);
  // What there is to read beside tools, whole.
  const { resources } = await client.listResources();
  check(resources.some((it) => it.uri === "hotel://policy"), "resources/list");
  for (const { uri, mimeType } of resources) {
    const { contents } = await client.readResource({ uri });
    check(contents.length === 1 && contents[0].uri === uri && contents[0].mimeType === mimeType && contents[0].text.length > 100, `${uri} is read`);
  }
  await client.listResourceTemplates();

  const saved = {};
  const seen = { true: new Set(), false: new Set() };
  for (const { tool, args, error, expect = {}, save = {} } of calls) {
    const what = `${tool} ${JSON.stringify(args)}`;
    const given = fill(args, saved);
    try {
      const answer = shape(await era.call(client, { name: tool, arguments: given }), what);
      seen[answer.success].add(tool);
      check(answer.error_code === error, `${what}: ${error ?? "success"}`, JSON.stringify(answer).slice(0, 400));
      check(outputs[tool]?.(answer), `${what}: fits the outputSchema`, ajv.errorsText(outputs[tool]?.errors));
      if (error !== "VALIDATION_ERROR") check(inputs[tool]?.(given), `${what}: the inputSchema allows it`, ajv.errorsText(inputs[tool]?.errors));
      for (const [path, value] of Object.entries(fill(expect, saved))) {
        check(at(answer.data, path) === value, `${what}: ${path} is ${value}`, JSON.stringify(at(answer.data, path)));
      }
      for (const [key, path] of Object.entries(save)) saved[key] = at(answer.data, path);
    } catch (thrown) {
      check(false, `${what}: an answer`, thrown.message);
    }
  }
  for (const tool of tools) {
    check(seen.true.has(tool.name), `${tool.name} has succeeded`);
    check(seen.false.has(tool.name), `${tool.name} has refused`);
  }

  if (resources.some((it) => it.uri === "hotel://today")) {
    const change = () => era.call(client, { name: write.tool, arguments: fill(write.args, { text: "A request that somebody waits for" }) });
    await hearsOf(client, era, "hotel://today", change);
  }

  const many = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, (_, i) => {
      const { tool, args } = i % 2 ? write : read;
      const given = fill(args, { text: `Request ${i}`, from: date(100 + i), to: date(101 + i) });
      return era.call(client, { name: tool, arguments: given });
    }),
  );
  check(
    many.every((it) => it.status === "fulfilled" && it.value.isError !== true),
    `${AT_ONCE} calls at once`,
    JSON.stringify(many.find((it) => it.status === "rejected" || it.value.isError))?.slice(0, 400),
  );

  // Whatever a cancelled checkout has come to, asking again finishes it, and the guest pays once.
  cancelling = true;
  const abort = new AbortController();
  const cancelled = era.call(client, { name: charge.tool, arguments: charge.args }, { signal: abort.signal });
  setImmediate(() => abort.abort());
  await cancelled.then(
    () => {},
    () => {},
  );
  const first = shape(await era.call(client, { name: charge.tool, arguments: charge.args }), "after a cancelled call");
  const second = shape(await era.call(client, { name: charge.tool, arguments: charge.args }), "and again");
  check(first.success && second.data?.replayed === true, "a cancelled checkout is finished by asking again", JSON.stringify(first).slice(0, 300));
  check(first.data?.payment_intent_id === second.data?.payment_intent_id, "the guest pays once");

  const refused = await era.call(client, { name: "no_such_tool", arguments: {} }).then(
    (result) => result.isError === true,
    () => true,
  );
  check(refused, "a tool that does not exist is refused");

  const began = Date.now();
  await client.close();
  const took = (Date.now() - began) / 1000;
  check(took < SECONDS_TO_END, `ends within ${SECONDS_TO_END} s`, `${took} s`);
  const ended = (() => {
    try {
      return readFileSync(join(folder, "exit"), "utf8").trim();
    } catch {
      return "still running";
    }
  })();
  check(ended === "0", "ends with exit code 0", ended);
  const stderr = readFileSync(join(folder, "stderr"), "utf8")
    .split("\n")
    .filter((line) => !line.includes("no_such_"))
    .join("\n");
  check(!/\b(WARN|ERROR)\b|panicked/.test(stderr), "nothing alarming on stderr", stderr.slice(0, 600));
  rmSync(folder, { recursive: true, force: true });
}

// A server that calls.json does not know is a finding: it would be played by nobody.
const personas = Object.keys(day).filter((name) => name !== "about");
const known = personas.map((persona) => day[persona].server);
for (const file of readdirSync(binaries).filter((name) => /-server(\.exe)?$/.test(name))) {
  check(known.includes(file.replace(/\.exe$/, "")), `calls.json has a day for ${file}`);
}

for (const [name, era] of Object.entries(eras)) {
  for (const persona of personas) {
    try {
      await play(name, era, persona);
    } catch (thrown) {
      check(false, "the story runs to its end", thrown.stack);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
