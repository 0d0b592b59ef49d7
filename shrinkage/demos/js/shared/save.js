// Downloads made in the browser: a file, and a chart as a PNG.
import { finished, inPortions } from "./slices.js";

/** Hand the reader a file. */
export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "display",
  "visibility",
];

/** A copy of a chart with the page's styles in it, a class for all elements that look the same. */
async function copied(svg) {
  const copy = svg.cloneNode(true);
  const [from, to] = [
    [svg, ...svg.querySelectorAll("*")],
    [copy, ...copy.querySelectorAll("*")],
  ];
  const looks = new Map();
  const dress = (element, i) => {
    const style = getComputedStyle(element);
    const moved = element.style.transform;
    const rules = STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`);
    const look = (moved ? [...rules, `transform:${moved}`] : rules).join(";");
    if (!looks.has(look)) looks.set(look, `look-${looks.size}`);
    to[i].setAttribute("class", looks.get(look));
    to[i].removeAttribute("style");
  };
  await finished(inPortions(from, dress));
  // An element removed meanwhile has no computed style; the chart has changed, so copy it again.
  if (!from.every((element) => svg.contains(element))) return copied(svg);
  const sheet = document.createElementNS(copy.namespaceURI, "style");
  sheet.textContent = Array.from(looks, ([look, name]) => `.${name}{${look}}`).join("");
  copy.prepend(sheet);
  return copy;
}

/** A chart as a PNG, twice as large as on the screen, on the demo's paper. */
export async function png(svg) {
  const copy = await copied(svg);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const { width, height } = svg.getBoundingClientRect();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const margin = 12;
  const canvas = document.createElement("canvas");
  canvas.width = 2 * (width + 2 * margin);
  canvas.height = 2 * (height + 2 * margin);
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  context.fillStyle = getComputedStyle(svg.closest(".sn-demo")).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, margin, margin, width, height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
