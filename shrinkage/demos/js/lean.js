// For the bundler: what no demo needs is left out of the libraries and of the table of words, because a
// page's readers wait for every byte.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const text = (path) => readFileSync(path, "utf8");
const called = (source) => Array.from(source.matchAll(/\.(\w+)\(/g), ([, name]) => name);

/** The text of every module of the demos in a folder. */
const sourcesIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith(".js") && !path.includes("node_modules"))
    .map((path) => text(join(folder, path)))
    .join("\n");

/** D3's selection without the methods that nothing calls: neither a demo nor a method that stays. */
function selection(path, folder) {
  const source = text(path);
  const methods = new Map(
    Array.from(source.matchAll(/^import (\w+).* from "\.\/(\w+)\.js";$/gm), ([, name, file]) => [
      file,
      name,
    ]),
  );
  const kept = new Set();
  const keep = (names) => {
    for (const name of names)
      if (methods.has(name) && !kept.has(name)) {
        kept.add(name);
        keep(called(text(join(dirname(path), `${name}.js`))));
      }
  };
  keep(called(sourcesIn(folder)));
  return source.replace(/^ {2}(\w+): selection_\w+,$/gm, (line, name) =>
    methods.has(name) && !kept.has(name) ? "" : line,
  );
}

/** D3's array functions, each constant at the top marked as one that may be left out. */
const arrays = (path) =>
  text(path).replace(/^(const|var) (\w+) = (.*);$/gm, "$1 $2 = /* @__PURE__ */ (() => $3)();");

/** The table of words without what Python alone reads in it, and each list as one text. */
function rules(path, folder) {
  const source = sourcesIn(join(folder, "reading"));
  const named = Array.from(source.matchAll(/RULES\.(\w+)|\{([\w, \n]+)\} = RULES/g), (found) =>
    (found[1] ?? found[2]).match(/\w+/g),
  );
  const tables = Object.entries(JSON.parse(text(path)));
  const used = tables.filter(([name]) => named.flat().includes(name));
  const entries = used.map(([name, table]) => {
    const list = Array.isArray(table) ? `.split(${JSON.stringify("\n")})` : "";
    return `${name}: ${JSON.stringify(list ? table.join("\n") : table)}${list}`;
  });
  return `export default { ${entries.join(",")} };`;
}

/** The plugin; `folder` has the demos. */
export const lean = (folder) => ({
  name: "lean",
  setup(build) {
    const load = (filter, make) =>
      build.onLoad({ filter }, ({ path }) => ({
        contents: make(path, folder),
        resolveDir: dirname(path),
        loader: "js",
      }));
    load(/d3-selection\/src\/selection\/index\.js$/, selection);
    load(/d3-array\.mjs$/, arrays);
    load(/reading\/rules\.json$/, rules);
  },
});
