"use strict";
// What both pages have: elements, and the host, with which a view speaks JSON-RPC by postMessage (MCP Apps, 2026-01-26). A
// page brings `show`, which takes the result of a tool.
const at = id => document.getElementById(id);
let isHosted = false;

function el(name, about, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(about || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") made.addEventListener("click", value);
    else if (key === "disabled") made.disabled = true;
    else made.setAttribute(key, value);
  }
  for (const part of inside.flat()) if (part !== null && part !== undefined && part !== "") made.append(part);
  return made;
}
const text = value => value === undefined || value === null ? "" : String(value);

function tell(words, isBad) {
  at("told").textContent = words;
  at("told").classList.toggle("bad", Boolean(isBad));
}

// The host.
let lastId = 0;
const open = new Map();
const say = message => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
const ask = (method, params) => new Promise((resolve, reject) => {
  const id = ++lastId;
  open.set(id, { resolve, reject });
  say({ id, method, params });
});
let lastHeight = 0;
function size() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  if (isHosted && height !== lastHeight) say({ method: "ui/notifications/size-changed", params: { height: lastHeight = height } });
}
function theme(context) {
  if (context && (context.theme === "light" || context.theme === "dark")) document.documentElement.dataset.theme = context.theme;
}
addEventListener("message", ({ data, source }) => {
  if (source !== parent || !data || data.jsonrpc !== "2.0") return;
  if (data.method === undefined) {
    const asked = open.get(data.id);
    open.delete(data.id);
    if (asked && data.error) asked.reject(data.error);
    else if (asked) asked.resolve(data.result);
  } else if (data.method === "ui/notifications/tool-result") show(data.params);
  else if (data.method === "ui/notifications/tool-cancelled") tell("The call was cancelled.", true);
  else if (data.method === "ui/notifications/host-context-changed") theme(data.params);
  else if (data.id !== undefined) {
    const isKnown = data.method === "ping" || data.method === "ui/resource-teardown";
    say(isKnown ? { id: data.id, result: {} } : { id: data.id, error: { code: -32601, message: "there is no method " + data.method } });
  }
});

// Shows the answer inside the page, or connects to the host and tells the page of it.
function begin(appInfo, without, connected) {
  const inside = at("answer").textContent;
  if (inside) {
    show({ structuredContent: { success: true, data: JSON.parse(inside) } });
  } else if (parent !== window) {
    const app = { protocolVersion: "2026-01-26", appInfo: { ...appInfo, version: "1" }, appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] } };
    ask("ui/initialize", app).then(host => {
      theme(host.hostContext);
      say({ method: "ui/notifications/initialized", params: {} });
      isHosted = true;
      new ResizeObserver(size).observe(document.documentElement);
      if (connected) connected(host);
    }, problem => tell("The host does not show this: " + text(problem && problem.message), true));
  } else tell(without);
}
