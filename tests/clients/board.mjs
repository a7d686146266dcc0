// Looks at the pages of staff-server in headless Chromium, inside the official bridge of MCP Apps, as a host shows them.
//
//   node board.mjs FOLDER_OF_THE_BINARIES [PICTURE.png]
//
// Chromium is CHROMIUM, or one that is installed; .ci/run installs Debian's. With a PICTURE the board is drawn into it.
// Where everything is on the board, and in which colours, is compared with board.layout.json (board_layout.mjs);
// UPDATE_SNAPSHOTS=1 writes it.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { differences, inBoxes, layoutOf } from "./board_layout.mjs";

const PATIENCE_MS = 20_000;
const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
const binaries = resolve(process.argv[2] ?? "../../target/debug");
const picture = process.argv[3];
let passed = 0;
let failed = 0;

function check(holds, what, detail = "") {
  if (holds) return void passed++;
  failed++;
  console.log(`FAILED ${what} ${detail}`);
}

const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = browsers.find((path) => path && existsSync(path));
if (!executablePath) {
  console.error("board.mjs: there is no Chromium; install Debian's package chromium, or name one by CHROMIUM");
  process.exit(1);
}

// A hotel of its own.
const folder = mkdtempSync(join(tmpdir(), "hotel-"));
const env = { PATH: process.env.PATH, HOTEL_DATA: join(folder, "hotel"), STAFF_EMAIL: "manager@dewyhotel.com" };
const client = new Client({ name: "ci", version: "1" }, { versionNegotiation: { mode: "auto" } });
await client.connect(new StdioClientTransport({ command: join(binaries, "staff-server"), env, cwd: folder }));
const call = ({ name, arguments: args }) => client.callTool({ name, arguments: args ?? {} });
const done = async (name, args) => {
  const result = await call({ name, arguments: args });
  check(result.structuredContent.success, `${name} prepares the hotel`, JSON.stringify(result.structuredContent));
  return result.structuredContent.data;
};
const today = (await done("hotel_today", {})).date;
const later = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10);
const page = async (uri) => (await client.readResource({ uri })).contents[0].text;
const pages = { board: await page("ui://hotel/board.html"), calls: await page("ui://hotel/calls.html") };

const here = fileURLToPath(new URL(".", import.meta.url));
const host = await build({ entryPoints: [join(here, "board_host.js")], bundle: true, write: false, format: "iife", platform: "browser", logLevel: "silent" });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

// A view in the host, at a width and in a theme, with what a tool answered.
async function shown(html, { width, theme, tool, args = {} }) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, reducedMotion: "reduce" });
  const tab = await context.newPage();
  tab.setDefaultTimeout(PATIENCE_MS);
  const problems = [];
  const asked = [];
  tab.on("pageerror", (error) => problems.push(error.message));
  tab.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  tab.on("request", (request) => /^https?:/.test(request.url()) && asked.push(request.url()));
  await tab.exposeFunction("callTool", call);
  await tab.setContent("<!doctype html><html lang=en><title>host</title><style>body{margin:0}</style><body></body></html>");
  await tab.addScriptTag({ content: host.outputFiles[0].text });
  await tab.evaluate((it) => window.show(it), { html, theme, args, result: await call({ name: tool, arguments: args }) });
  const view = tab.frames().find((frame) => frame !== tab.mainFrame());
  const told = () => tab.evaluate(() => window.told);
  return { context, tab, view, told, problems, asked };
}

const BLACK_ON_WHITE = { light: (sum) => sum > 600, dark: (sum) => sum < 200 };

// What holds for every view at every width in both themes.
async function fits({ view, told, problems, asked, tab }, { width, theme }, what) {
  const story = `${what}, ${theme}, ${width} px:`;
  const state = await told();
  check(state.initialized && state.app?.name?.startsWith("hotel-"), `${story} the bridge initialised it`, JSON.stringify(state.app));
  const size = await view.evaluate(() => ({ wide: document.documentElement.scrollWidth, inner: innerWidth, background: getComputedStyle(document.body).backgroundColor, hacked: window.hacked }));
  check(size.wide <= size.inner, `${story} nothing is wider than the view`, JSON.stringify(size));
  const sum = size.background.match(/\d+/g).slice(0, 3).reduce((all, part) => all + Number(part), 0);
  check(BLACK_ON_WHITE[theme](sum), `${story} the background is of the theme`, size.background);
  check(size.hacked === undefined && (await tab.evaluate(() => window.hacked)) === undefined, `${story} no text became a script`);
  check((await view.locator("img, b b").count()) === 0, `${story} no text became markup`);
  const nameless = await view.locator("button, summary").evaluateAll((all) => all.filter((it) => !(it.getAttribute("aria-label") ?? it.textContent).trim()).length);
  check(nameless === 0, `${story} every control has a name`);
  await tab.waitForFunction(() => window.told.sizes.length > 0);
  check(problems.length === 0, `${story} the console has no errors`, problems.join("; "));
  check(asked.length === 0, `${story} nothing is asked of the network`, asked.join(" "));
}

// The board of the seeded hotel as a host shows it.
if (picture) {
  const { tab, view, context } = await shown(pages.board, { width: 1200, theme: "light", tool: "hotel_today" });
  await view.locator("[data-room='106'] button").waitFor();
  const height = await view.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height));
  await tab.evaluate((it) => { document.querySelector("iframe").style.height = `${it}px`; }, height);
  await tab.screenshot({ path: picture, clip: { x: 0, y: 0, width: 1200, height } });
  await context.close();
}

// Where everything is on the board of the seeded hotel.
const layout = { boxes: {}, colours: {} };
for (const width of [320, 1200]) {
  for (const theme of ["light", "dark"]) {
    const { view, context } = await shown(inBoxes(pages.board), { width, theme, tool: "hotel_today" });
    await view.locator("[data-room='106'] button").waitFor();
    const { boxes, colours } = await layoutOf(view);
    const places = (layout.boxes[width] ??= boxes);
    check(JSON.stringify(boxes) === JSON.stringify(places), `board at ${width}: everything is at the same place in ${theme}`);
    layout.colours[theme] = colours;
    await context.close();
  }
}
const differs = differences(layout);
check(differs.length === 0, "board: everything is where it was, in its colours", differs.join("; "));

// A guest whose name is markup, and a request that is too.
const hostile = { guest_email: "hostile@example.com", guest_first_name: "<b>Eve</b>", guest_last_name: HOSTILE.slice(0, 80) };
await done("create_booking", { ...hostile, room_number: "104", check_in_date: today, check_out_date: later });
await done("create_case", { room_number: "104", type: "Housekeeping", description: HOSTILE });

for (const width of [320, 1200]) {
  for (const theme of ["light", "dark"]) {
    const board = await shown(pages.board, { width, theme, tool: "hotel_today" });
    await board.view.locator("[data-room='101']").waitFor();
    check((await board.view.locator(".room").count()) === 22, `board at ${width}: all rooms of the seeded hotel`);
    const words = await board.view.locator("main").innerText();
    for (const word of ["Carl Smith", "Sarah Johnson", "299.98 USD", "<b>Eve</b>", "<img src=x"]) check(words.includes(word), `board at ${width}: it shows ${word}`);
    check((await board.view.locator("h1").innerText()).includes(today), "the board says which day it shows");
    check((await board.view.getByRole("status").count()) === 1, "what happens is told to a screen reader");
    await fits(board, { width, theme }, "board");
    await board.context.close();

    const calls = await shown(pages.calls, { width, theme, tool: "search_tool_calls", args: { tool: "create_booking" } });
    await calls.view.locator("details[open] li").first().waitFor();
    check((await calls.view.locator("main").innerText()).includes("create_booking"), `calls at ${width}: the call is shown`);
    check((await calls.view.locator("li .bar i").count()) >= 2, `calls at ${width}: each step has its time`);
    await fits(calls, { width, theme }, "calls");
    await calls.context.close();
  }
}

// The host changes its theme while the board is shown.
const board = await shown(pages.board, { width: 1200, theme: "light", tool: "hotel_today" });
await board.view.locator("[data-room='106'] button").waitFor();
await board.tab.evaluate(() => window.setTheme("dark"));
await board.view.waitForFunction(() => document.documentElement.dataset.theme === "dark");

// The keyboard alone: every control is reached, and one of them does what it says, through the host.
const reached = [];
await board.view.locator("body").focus();
await board.view.locator("#before").focus();
for (let step = 0; step < 12; step++) {
  reached.push(await board.view.evaluate(() => document.activeElement.id || document.activeElement.dataset.count || document.activeElement.getAttribute("aria-label")));
  await board.tab.keyboard.press("Tab");
}
for (const control of ["before", "refresh", "Cleaning", "Mark room 206 ready", "Mark room 106 ready"]) check(reached.includes(control), `the keyboard reaches ${control}`, reached.join(", "));
await board.view.locator("[data-count=Cleaning]").focus();
await board.tab.keyboard.press("Space");
await board.view.locator("[data-count=Cleaning][aria-pressed=true]").waitFor();
check((await board.view.locator(".room:visible").count()) === 2, "a state can be picked out");
check((await board.view.evaluate(() => document.activeElement.dataset.count)) === "Cleaning", "the focus stays where it was");
await board.tab.keyboard.press("Space");
await board.view.locator("[data-room='106'] button").focus();
await board.tab.keyboard.press("Enter");
await board.view.locator("[data-room='106'][data-state=Vacant]").waitFor();
check((await board.view.getByRole("status").innerText()) === "Room 106 is ready.", "the board says what was done");
const asked = (await board.told()).calls;
check(asked[0]?.name === "update_room_status" && asked[1]?.name === "hotel_today", "the view asked the host, which called the tools", JSON.stringify(asked));
check((await done("search_rooms_on_behalf_of_staff", { room_number: "106" })).rooms[0].status === "Vacant", "and the room is Vacant");

// Arriving; then a refusal is told.
await board.view.getByRole("button", { name: "Check in Sarah Johnson" }).click();
await board.view.locator("[data-room='205'][data-state=Occupied]").waitFor();
await done("update_room_status", { room_number: "102", status: "Maintenance" });
await board.view.getByRole("button", { name: "Check in Wei Chen" }).first().click();
await board.view.locator("#told.bad").waitFor();
check((await board.view.getByRole("status").innerText()).includes("102"), "a refusal is told in the hotel's words");

// Not coming: the same way through the host, which asks as it does for any call.
await board.view.getByRole("button", { name: "No-show: Sofia Martinez" }).click();
await board.view.locator("#told", { hasText: "Sofia Martinez is marked as a no-show." }).waitFor();
const last = (await board.told()).calls.at(-2);
check(last.name === "cancel_booking" && last.arguments.no_show === true, "a no-show goes through the host", JSON.stringify(last));
check((await board.view.getByRole("button", { name: /^No-show: Sofia/ }).count()) === 0, "who is marked is not marked again");
check((await board.view.getByRole("button", { name: /^No-show: Sarah/ }).count()) === 0, "who has come is no no-show");
const marked = await done("search_bookings_on_behalf_of_staff", { booking_number: last.arguments.booking_number });
check(marked.bookings[0].status === "No Show", "and the booking is a no-show");

// Another day and back.
await board.view.getByRole("button", { name: "Day after" }).click();
await board.view.waitForFunction((day) => document.querySelector("h1").textContent.includes(day), later);
check((await board.view.locator(".room").count()) === 0, "of another day no rooms are shown");
check((await board.view.getByRole("button", { name: /^No-show/ }).count()) === 0, "of another day nobody is a no-show");
await board.view.getByRole("button", { name: "Today" }).click();
await board.view.locator("[data-room='205'][data-state=Occupied]").waitFor();
check(board.problems.length === 0, "the console has no errors", board.problems.join("; "));
await board.context.close();

// A checkout that the records refused after the card was charged: the line of time shows the way back. Only a development
// build can be told to fail.
if (binaries.endsWith("debug")) {
  const checkout = ["call", "process_guest_checkout", "guest_email=beth.gibbs@email.com", "payment_method_id=pm_card_visa", "idempotency_token=leaving"];
  spawnSync(join(binaries, "staff-server"), checkout, { env: { ...env, HOTEL_FAULTS: "close_stay=refused" }, cwd: folder });
  const back = await shown(pages.calls, { width: 320, theme: "dark", tool: "search_tool_calls", args: { idempotency_token: "leaving" } });
  await back.view.locator("li.back").waitFor();
  const steps = await back.view.getByRole("list", { name: "Steps of process_guest_checkout" }).innerText();
  check(steps.includes("way back: confirm_payment"), "the way back is shown", steps);
  await fits(back, { width: 320, theme: "dark" }, "a way back");
  await back.context.close();
}

// The page with its data inside needs no host.
const file = join(folder, "board.html");
execFileSync(join(binaries, "staff-server"), ["board", "--html", file], { env, cwd: folder });
const alone = await browser.newPage();
alone.setDefaultTimeout(PATIENCE_MS);
const problems = [];
alone.on("pageerror", (error) => problems.push(error.message));
await alone.goto(`file://${file}`);
await alone.locator("[data-room='205'][data-state=Occupied]").waitFor();
check((await alone.locator(".room button, #tools:visible").count()) === 0, "without a host it has no buttons that do something");
check((await alone.locator("main").innerText()).includes("<img src=x"), "a hostile text is shown as text");
check((await alone.evaluate(() => window.hacked)) === undefined && problems.length === 0, "and nothing else", problems.join("; "));

await browser.close();
await client.close();
rmSync(folder, { recursive: true, force: true });
console.log(`board.mjs: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
