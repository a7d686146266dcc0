// Checks the project that makes an org the hotel's (../../salesforce) with what Salesforce's own command line deploys with:
// npm @salesforce/source-deploy-retrieve, and the description of all metadata that its client for orgs brings along.
//
//   node org.mjs [FOLDER_OF_THE_PROJECT [FOLDER_OF_OUR_ZIP]]
//
// - Every file belongs to a component of a type that the registry knows, with the name and the folder it wants.
// - Each folder that is deployed becomes the zip's format, with a manifest of all that is in it, and comes back as it was.
// - What takes everything away again names each component that is deployed, or the object that takes it along, and no other.
// - The zip that `setup --metadata` sends (`cargo run -p tests --example package -- FOLDER`) says what the library's zip says.
// - Every element is one that its type has, where the type has it, and what has to be there is there.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { createRequire } from "node:module";

process.env.SF_DISABLE_LOG_FILE = "true";
const { ComponentSet, MetadataConverter, RegistryAccess } = await import("@salesforce/source-deploy-retrieve");
const near = createRequire(createRequire(import.meta.url).resolve("@salesforce/source-deploy-retrieve"));
const core = createRequire(near.resolve("@salesforce/core"));
const { XMLParser, XMLValidator } = near("fast-xml-parser");
const { ApiSchemas } = core("@jsforce/jsforce-node/lib/api/metadata/schema.js");

// Newer than the description.
const UNDESCRIBED = ["ExternalClientApplication", "ExtlClntAppGlobalOauthSettings", "ExtlClntAppOauthSettings"];
const project = resolve(process.argv[2] ?? new URL("../../salesforce", import.meta.url).pathname);
const { sourceApiVersion } = JSON.parse(readFileSync(join(project, "sfdx-project.json"), "utf8"));
const folders = ["force-app", "standard-values", "client-app"];
const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, ignoreDeclaration: true });
let passed = 0;
let failed = 0;

function check(holds, what, detail = "") {
  if (holds) return void passed++;
  if (failed++ < 20) console.log(`FAILED ${what} ${detail}`);
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((it) => (it.isDirectory() ? walk(join(folder, it.name)) : [join(folder, it.name)]));
}

const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

// The order of elements of one name means something (values, columns); that of others does not.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, plain(value[name])]));
}

function read(file) {
  const [root, body] = Object.entries(parser.parse(readFileSync(file, "utf8")))[0];
  // In source format a part says its own name or leaves it to the file.
  const { fullName, ...rest } = body;
  return JSON.stringify([root, plain(rest)]);
}

// Holds an element against what its type has: names, whether there may be several, whether it must be there, kinds of value.
function fits(type, element, where) {
  let described = ApiSchemas[type];
  check(described, where, `is a ${type}, which is not described`);
  if (!described) return;
  const props = {};
  for (; described; described = ApiSchemas[described.extends]) Object.assign(props, described.props);
  for (const [name, value] of Object.entries(element)) {
    if (name.startsWith("@_")) continue;
    const wanted = props[name];
    check(wanted, where, `${type} has no ${name}`);
    if (!wanted) continue;
    check(Array.isArray(wanted) || !Array.isArray(value), where, `${type} has one ${name} at most`);
    const kind = list(wanted)[0].replace("?", "");
    for (const one of list(value)) {
      if (kind === "string") check(typeof one === "string", where, `${name} is a text`);
      else if (kind === "number") check(/^-?\d+(\.\d+)?$/.test(one), where, `${name} is a number`);
      else if (kind === "boolean") check(["true", "false"].includes(one), where, `${name} is true or false`);
      else if (one !== "") fits(kind, one, `${where} ${name}`);
    }
  }
  for (const [name, wanted] of Object.entries(props)) {
    const must = typeof wanted === "string" && !wanted.startsWith("?");
    if (must) check(element[name] !== undefined, where, `${type} needs ${name}`);
  }
}

async function convert(components, format, outputDirectory) {
  await new MetadataConverter().convert(components, format, { type: "directory", outputDirectory, genUniqueDir: false });
  return outputDirectory;
}

// A file of a zip: of an object, the order of its parts means nothing.
function zipped(file) {
  const [root, body] = Object.entries(parser.parse(readFileSync(file, "utf8")))[0];
  const { "@_xmlns": space, ...rest } = body;
  if (root === "CustomObject") {
    for (const [name, parts] of Object.entries(rest)) {
      const named = list(parts).filter((it) => it?.fullName !== undefined);
      if (named.length) rest[name] = named.sort((a, b) => (a.fullName < b.fullName ? -1 : 1));
    }
  }
  return JSON.stringify([root, space, plain(rest)]);
}

function members(file) {
  const { Package: all } = parser.parse(readFileSync(file, "utf8"));
  return list(all.types).flatMap(({ name, members }) => list(members).map((it) => `${name} ${it}`));
}

const sentFolder = process.argv[3];
const theirs = { files: new Map(), members: new Set(), components: new Set() };
const types = {};
const known = new RegistryAccess();
for (const folder of folders) {
  const source = join(project, folder);
  const all = ComponentSet.fromSource(source);
  all.sourceApiVersion = sourceApiVersion;
  const resolved = all.getSourceComponents().toArray();
  const owned = new Map();
  // An object of the platform's own has no file; its parts have.
  for (const it of resolved.flatMap((it) => [it, ...it.getChildren()])) if (it.xml) owned.set(it.xml, it);

  for (const file of walk(source)) {
    const where = relative(project, file);
    const component = owned.get(file);
    check(component, where, "belongs to nothing");
    const valid = XMLValidator.validate(readFileSync(file, "utf8"));
    check(valid === true, where, JSON.stringify(valid));
    if (!component || valid !== true) continue;
    const { type, fullName } = component;
    check(known.getTypeByName(type.name), where, "is of no known type");
    const [root, body] = Object.entries(parser.parse(readFileSync(file, "utf8")))[0];
    check(root === type.name, where, `begins with ${root}, not ${type.name}`);
    check(body["@_xmlns"] === "http://soap.sforce.com/2006/04/metadata", where, "is in another namespace");
    check(body.fullName === undefined || fullName.endsWith(body.fullName), where, `calls itself ${body.fullName}`);
    check(file.split("/").includes(type.directoryName), where, `is not in ${type.directoryName}`);
    if (!UNDESCRIBED.includes(type.name)) fits(type.name, body, where);
    types[type.name] = (types[type.name] ?? 0) + 1;
  }

  const work = mkdtempSync(join(tmpdir(), "org-"));
  try {
    const converted = await convert(all, "metadata", join(work, "metadata"));
    const manifest = readFileSync(join(converted, "package.xml"), "utf8");
    for (const it of resolved) {
      const named = it.xml ? [it] : it.getChildren();
      for (const one of named) check(manifest.includes(`<members>${one.fullName}</members>`), folder, `the manifest lacks ${one.fullName}`);
    }
    check(manifest.includes(`<version>${sourceApiVersion}</version>`), folder, "the manifest has another version");
    for (const file of walk(converted)) {
      const name = relative(converted, file);
      if (name !== "package.xml" && folder !== "client-app") theirs.files.set(name, zipped(file));
    }
    if (folder !== "client-app") {
      for (const it of members(join(converted, "package.xml"))) theirs.members.add(it);
      for (const it of resolved.flatMap((it) => [it, ...it.getChildren()])) if (it.xml) theirs.components.add(`${it.type.name} ${it.fullName}`);
    }
    const back = await convert(ComponentSet.fromSource(converted), "source", join(work, "source"));
    const short = (root, file) => relative(root, file).replace(/^main\/default\//, "");
    const before = new Map(walk(source).map((it) => [short(source, it), it]));
    const after = new Map(walk(back).map((it) => [short(back, it), it]));
    for (const [name, file] of before) {
      check(after.has(name), name, "is lost on the way");
      if (after.has(name)) check(read(file) === read(after.get(name)), name, "comes back otherwise");
    }
    // An object of the platform's own comes back with a file of its own, in which nothing is said.
    const says = (file) => JSON.parse(read(file))[1];
    for (const [name, file] of after) {
      const nothing = /\/(Case|Contact|Opportunity)\.object-meta\.xml$/.test(name) && Object.keys(says(file)).every((it) => it === "@_xmlns");
      check(before.has(name) || nothing, name, "comes from nowhere");
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

// What we send is what the library would send.
if (sentFolder) {
  const ours = new Map(walk(sentFolder).map((file) => [relative(sentFolder, file), file]));
  for (const [name, says] of theirs.files) {
    check(ours.has(name), name, "is not in our zip");
    if (ours.has(name)) check(zipped(ours.get(name)) === says, name, "says something else in our zip");
  }
  for (const name of ours.keys()) check(name === "package.xml" || theirs.files.has(name), name, "is in our zip only");
  const listed = new Set(members(ours.get("package.xml")));
  for (const it of theirs.members) check(listed.has(it), "package.xml", `does not name ${it}`);
  for (const it of listed) check(theirs.components.has(it), "package.xml", `names ${it}, which nobody has`);
  for (const it of theirs.components) check(listed.has(it), "package.xml", `does not name ${it}`);
}

// What everybody deploys can be taken away.
const deployed = ComponentSet.fromSource(join(project, "force-app")).getSourceComponents().toArray();
const manifest = (name) => ComponentSet.fromManifest(join(project, "uninstall", name));
const gone = (await manifest("destructiveChanges.xml")).toArray();
const objects = gone.filter((it) => it.type.name === "CustomObject").map((it) => it.fullName);
const named = new Set(gone.map((it) => `${it.type.name} ${it.fullName}`));
for (const { type, fullName } of deployed.flatMap((it) => [it, ...it.getChildren()]).filter((it) => it.xml)) {
  const along = objects.some((it) => fullName.startsWith(`${it}.`) || fullName.startsWith(`${it}-`));
  check(named.delete(`${type.name} ${fullName}`) !== along, "uninstall", `${type.name} ${fullName}`);
}
check(named.size === 0, "uninstall", `nobody deploys ${[...named].join(", ")}`);
check((await manifest("package.xml")).size === 0, "uninstall", "brings something");

console.log(Object.entries(types).map(([name, count]) => `${name} ${count}`).join(", "));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
