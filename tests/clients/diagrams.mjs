// Draws every mermaid diagram of the documents with mermaid itself, in headless Chromium, as the sites do that show them.
//
//   node diagrams.mjs [FOLDER_FOR_PICTURES]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pictures = process.argv[2];
let passed = 0;
let failed = 0;

const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
if (!executablePath) {
  console.error("diagrams.mjs: there is no Chromium; install Debian's package chromium, or name one by CHROMIUM");
  process.exit(1);
}

const documents = readdirSync(root).concat(readdirSync(join(root, "docs"), { recursive: true }).map((page) => join("docs", page)));
const diagrams = documents
  .filter((page) => page.endsWith(".md"))
  .flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(/^```mermaid\n(.*?)^```$/gms)].map((found, at) => ({ name: `${page} ${at + 1}`, source: found[1] }));
  });

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const tab = await browser.newPage({ viewport: { width: 1200, height: 800 } });
const mermaid = join(dirname(createRequire(import.meta.url).resolve("mermaid/package.json")), "dist", "mermaid.min.js");
await tab.setContent("<!doctype html><body></body>");
await tab.addScriptTag({ content: readFileSync(mermaid, "utf8") });
await tab.evaluate(() => mermaid.initialize({ startOnLoad: false, securityLevel: "strict" }));
for (const [at, { name, source }] of diagrams.entries()) {
  try {
    await tab.evaluate(async ([id, source]) => {
      document.body.innerHTML = (await mermaid.render(id, source)).svg;
    }, [`diagram${at}`, source]);
    if (pictures) await tab.locator("svg").first().screenshot({ path: join(pictures, `${name.replace(/\W+/g, "-")}.png`) });
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${name} ${error.message.split("\n").slice(0, 5).join(" ")}`);
  }
}
await browser.close();
if (diagrams.length === 0) {
  failed++;
  console.log("FAILED there is no diagram");
}
console.log(`diagrams of the documents: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
