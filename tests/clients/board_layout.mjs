// Where everything is on the board, and in which colours: compared with board.layout.json, which UPDATE_SNAPSHOTS=1 writes.
//
// A picture would differ with the fonts of the machine. So the board is set in a font of its own, in which every letter is
// an empty box half as wide as it is high; then the places are the same everywhere, to a pixel.
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("board.layout.json", import.meta.url);
const TOLERANCE_PX = 2;

// Made by fontTools' FontBuilder: 1000 units, one empty glyph of width 500 for U+0020 to U+017F and U+2010 to U+2026.
const BOXES =
  "d09GRgABAAAAAAI8AAoAAAAABUQAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAABPUy8yAAABXAAAADEAAABgRQbjtmNtYXAAAAGYAAAAOwAAAypDxgWpZ2x5ZgAA" +
  "AdwAAAABAAAAAQAAAABoZWFkAAAA9AAAADYAAAA2XxZA4GhoZWEAAAEsAAAAGwAAACQDIgEuaG10eAAAAZAAAAAGAAAABgH0AABsb2NhAAAB1AAAAAYAAAAG" +
  "AAAAAG1heHAAAAFIAAAAEwAAACAAAwACbmFtZQAAAeAAAABOAAAAWkIPNddwb3N0AAACMAAAAAwAAAAgAAMAAAABAAAAAQAAR3vL0F8PPPUAAwPoAAAAAAAA" +
  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAwACAAAAAAAAeJxjYGRgYFb4b8HAwPiFAQIYGVABIwBAwQJTAHicY2BkYGBgYoABBAsKAACXAAYAeJxjYGb8wjiBgZWB" +
  "hYEAaGBgYEfm2wMBkFJQUGNW+G/BwMCswHACTYsCAwMAEqAF4QAAAAH0AAAAAAAAeJxjYGBgYmBgYAZiESDJCKZZmMWANBsDC5DPxFivoPb/P5CvoCAAphmA" +
  "omxMR8D0KByFIwQCANZlB7IAAAAAAAAAAAAAAAAAeJwtiEEKgCAUBeebEUW07CgdwCN4AxfiRhAUweP3jWYxvHmA5UGYCOvniWHTWhC763Nw/ttwcbsyYvMx" +
  "9RwqjsIg0vDqRCcTqC/1AQpWAAB4nGNgZsALAAB9AAQ=";

// The page in that font. Its policy lets it load nothing, so it is loosened for this font.
export function inBoxes(html) {
  const style = `@font-face { font-family: Boxes; src: url(data:font/woff;base64,${BOXES}); } * { font-family: Boxes !important; }`;
  return html.replace("default-src 'none';", "default-src 'none'; font-src data:;").replace("</style>", `${style}</style>`);
}

// The boxes of all tiles, controls and texts by what they say, and the colours of each kind of thing. A day is any day.
export function layoutOf(view) {
  return view.evaluate(async () => {
    await document.fonts.load("14px Boxes");
    await document.fonts.ready;
    const words = (it) => it.textContent.trim().replace(/\s+/g, " ").replace(/\d{4}-\d{2}-\d{2}/g, "DAY");
    const boxes = {};
    for (const it of document.querySelectorAll("h1, h2, button, .room, .room div, .rows li, .rows span, #counts > *, #told")) {
      const { x, y, width, height } = it.getBoundingClientRect();
      if (width === 0 || height === 0) continue;
      const kind = it.classList[0] ? `${it.localName}.${it.classList[0]}` : it.localName;
      const name = `${kind}: ${it.getAttribute("aria-label") ?? words(it)}`;
      (boxes[name] ??= []).push([x, y, width, height].map((part) => Math.round(part)));
    }
    const colours = {};
    for (const kind of ["body", "#counts button", ".rows button", ".quiet", ...["Vacant", "Occupied", "Cleaning", "Maintenance"].map((state) => `.room[data-state=${state}]`)]) {
      const it = document.querySelector(kind);
      const { color, backgroundColor, borderLeftColor } = it ? getComputedStyle(it) : {};
      colours[kind] = it ? [color, kind.startsWith(".room") ? borderLeftColor : backgroundColor] : null;
    }
    return { boxes, colours };
  });
}

// What differs from the file, at most ten things; nothing if it is written now.
export function differences(layout) {
  if (process.env.UPDATE_SNAPSHOTS) {
    const lines = JSON.stringify(layout, null, 1).replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, " "));
    writeFileSync(FILE, `${lines}\n`);
    return [];
  }
  const differ = [];
  const compare = (now, then, path) => {
    if (typeof now === "number" && typeof then === "number") {
      if (Math.abs(now - then) > TOLERANCE_PX) differ.push(`${path}: ${now} instead of ${then}`);
    } else if (now && then && typeof now === "object" && typeof then === "object") {
      for (const key of new Set([...Object.keys(then), ...Object.keys(now)])) compare(now[key], then[key], `${path} ${key}`);
    } else if (now !== then) differ.push(`${path}: ${JSON.stringify(now)} instead of ${JSON.stringify(then)}`);
  };
  compare(layout, JSON.parse(readFileSync(FILE, "utf8")), "board");
  return differ.slice(0, 10);
}
