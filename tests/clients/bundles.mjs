// The bundles (.mcpb) of both servers: the official tool accepts the manifest and packs it, and what a host makes of it
// starts a server with all its tools.
//
//   node bundles.mjs FOLDER_OF_THE_BINARIES

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { getMcpConfigForManifest } from "@anthropic-ai/mcpb";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const binaries = path.resolve(process.argv[2]);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const mcpb = path.join(root, "tests/clients/node_modules/.bin/mcpb");
const secrets = ["salesforce_client_secret", "stripe_secret_key", "twilio_auth_token"];
let passed = 0;

const make = (...args) =>
  execFileSync("cargo", ["run", "--quiet", "--locked", "-p", "release", "--", ...args], { cwd: root, encoding: "utf8" });

async function tools(config) {
  const client = new Client({ name: "bundles", version: "1" });
  await client.connect(new StdioClientTransport({ ...config, stderr: "ignore" }));
  const names = (await client.listTools()).tools.map((tool) => tool.name);
  await client.close();
  return names.sort();
}

for (const [server, person] of [["guest-server", "guest_email"], ["staff-server", "staff_email"]]) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bundle-"));
  const made = path.join(folder, "made");
  make("bundle", server, path.join(binaries, server), made);
  execFileSync(mcpb, ["validate", path.join(made, "manifest.json")]);
  const bundle = path.join(folder, `${server}.mcpb`);
  execFileSync(mcpb, ["pack", made, bundle], { stdio: "ignore" });
  const unpacked = path.join(folder, "unpacked");
  execFileSync(mcpb, ["unpack", bundle, unpacked], { stdio: "ignore" });

  const manifest = JSON.parse(fs.readFileSync(path.join(unpacked, "manifest.json"), "utf8"));
  const sensitive = Object.keys(manifest.user_config).filter((name) => manifest.user_config[name].sensitive);
  assert.deepEqual(sensitive.sort(), secrets, `${server}: the secrets, and nothing else, are sensitive`);

  // With nothing filled in, the sample hotel; with a person and a folder, that person on that folder.
  const data = path.join(folder, "data");
  for (const userConfig of [{ hotel_data: data }, { hotel_data: data, [person]: "manager@dewyhotel.com" }]) {
    const systemDirs = { HOME: os.homedir() };
    const options = { manifest, extensionPath: unpacked, systemDirs, userConfig, pathSeparator: path.sep };
    const config = await getMcpConfigForManifest(options);
    assert.ok(!JSON.stringify(config).includes("${"), `${server}: every field is filled in`);
    assert.deepEqual(await tools(config), manifest.tools.map((tool) => tool.name), server);
  }
  assert.ok(fs.existsSync(path.join(data, "journal.db")), `${server}: the folder that was chosen`);

  const entry = JSON.parse(make("registry", server, bundle));
  const sum = crypto.createHash("sha256").update(fs.readFileSync(bundle)).digest("hex");
  assert.equal(entry.packages[0].fileSha256, sum, `${server}: the sum of the bundle`);
  assert.match(entry.name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
  assert.ok(entry.description.length <= 100 && entry.packages[0].identifier.endsWith(".mcpb"));
  fs.rmSync(folder, { recursive: true });
  passed += 1;
}
console.log(`bundles: ${passed} passed, 0 failed`);
