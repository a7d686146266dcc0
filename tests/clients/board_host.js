// The page of the host: the official bridge around the view, in a sandboxed frame. What the view calls goes to `callTool`,
// which the test gives to the page.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

window.told = { sizes: [], calls: [], initialized: false };

window.show = async ({ html, theme, args, result }) => {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.style = "width: 100%; height: 900px; border: 0";
  document.body.append(frame);
  const bridge = new AppBridge(null, { name: "test-host", version: "1" }, { serverTools: {} }, { hostContext: { theme } });
  bridge.onsizechange = (size) => window.told.sizes.push(size);
  bridge.oncalltool = async (call) => {
    window.told.calls.push(call);
    return window.callTool(call);
  };
  const initialized = new Promise((done) => { bridge.oninitialized = done; });
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = html;
  await initialized;
  window.told.initialized = true;
  window.told.app = bridge.getAppVersion();
  await bridge.sendToolInput({ arguments: args });
  await bridge.sendToolResult(result);
  window.setTheme = (next) => bridge.setHostContext({ theme: next });
};
