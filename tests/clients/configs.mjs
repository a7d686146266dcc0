// What `config --write` puts into each client's file: read with the parser that the client uses (or one of the same format),
// it is what was there and the entry, and what the entry says starts the server.
//
//   node configs.mjs FOLDER_OF_THE_BINARIES

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as jsonc from "jsonc-parser";
import * as toml from "smol-toml";
import * as yaml from "yaml";

const server = path.join(path.resolve(process.argv[2]), "staff-server");
const json = { parse: (text) => jsonc.parse(text, [], { allowTrailingComma: true }) };
const commented = (key) => `// mine\n{\n  "${key}": {\n    "other": { "command": "x" }, // kept\n  },\n  "theme": "dark",\n}\n`;
const plain = (key) => `{"${key}": {"other": {"command": "x"}}, "theme": "dark"}`;

// A client, its file on Linux, how it reads that, where its servers are, and what is in the file before.
const clients = [
  ["claude-desktop", ".config/Claude/claude_desktop_config.json", JSON, "mcpServers", plain("mcpServers")],
  ["claude-code", ".claude.json", JSON, "mcpServers", plain("mcpServers")],
  ["cursor", ".cursor/mcp.json", JSON, "mcpServers", plain("mcpServers")],
  ["vscode", ".config/Code/User/mcp.json", json, "servers", commented("servers")],
  ["zed", ".config/zed/settings.json", json, "context_servers", commented("context_servers")],
  ["gemini", ".gemini/settings.json", json, "mcpServers", commented("mcpServers")],
  ["codex", ".codex/config.toml", toml, "mcp_servers", '# mine\nmodel = "o9"\n\n[mcp_servers.other]\ncommand = "x" # kept'],
  ["goose", ".config/goose/config.yaml", yaml, "extensions", "# mine\nextensions: # all\n    other:\n        cmd: x # kept\nGOOSE_MODE: auto\n"],
];

const plainly = (value) => JSON.parse(JSON.stringify(value));

async function starts({ command, args, env }) {
  const client = new Client({ name: "configs", version: "1" });
  await client.connect(new StdioClientTransport({ command, args, env: { ...env, ...data }, stderr: "ignore" }));
  const { tools } = await client.listTools();
  await client.close();
  assert.ok(tools.length >= 20, `${tools.length} tools`);
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), "a home 'with \"signs\" ")); // paths that must be escaped
const data = { HOTEL_DATA: path.join(home, "data") };
const settings = path.join(home, "hotel.env");
fs.writeFileSync(settings, "HOTEL_CURRENCY=usd\n");
let passed = 0;
for (const [client, place, format, key, before] of clients) {
  const file = path.join(home, place);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (const text of ["", before]) {
    fs.writeFileSync(file, text);
    const options = ["config", "--client", client, "--env-file", settings, "--email", "manager@dewyhotel.com", "--write", "--yes"];
    execFileSync(server, options, { env: { HOME: home }, stdio: "ignore" });
    const written = fs.readFileSync(file, "utf8");
    const found = plainly(format.parse(written));
    const { "hotel-staff": entry, ...others } = found[key];
    const command = entry.command ?? entry.cmd;
    const env = entry.env ?? entry.envs;
    assert.deepEqual(entry.args, ["--env-file", settings], client);
    assert.deepEqual(env, { STAFF_EMAIL: "manager@dewyhotel.com" }, client);
    if (text) {
      assert.deepEqual({ ...found, [key]: others }, plainly(format.parse(before)), `${client}: everything else stays`);
      assert.equal(["mine", "kept"].every((word) => written.includes(word)), before.includes("mine"), `${client}: comments stay`);
    }
    await starts({ command, args: entry.args, env });
    passed += 1;
  }
}
fs.rmSync(home, { recursive: true });
console.log(`configs: ${passed} passed, 0 failed`);
