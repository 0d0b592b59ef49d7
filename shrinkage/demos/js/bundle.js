// Bundles every demo (js/<demo>/index.js) into one ES module, ../bundle/<demo>.js, and its style
// (shared/*.css and js/<demo>/<demo>.css) into ../bundle/<demo>.css.
// `npm run build` (or `make demos`) writes them; `npm run check` fails where one is out of date.
// `node bundle.js funnel` bundles one demo alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lean } from "./lean.js";

const here = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes("--check");
const named = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const isDemo = (name) => existsSync(join(here, name, "index.js"));
const demos = named.length ? named : readdirSync(here).filter(isDemo);
mkdirSync(join(here, "../bundle"), { recursive: true });

/** What esbuild makes of one entry, minified, with a first line that says where it comes from. */
async function bundled(demo, kind, entry, banner) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    stdin: { contents: entry, resolveDir: here, loader: kind },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    write: false,
    banner: { [kind]: banner },
    plugins: [lean(here)],
  });
  const file = join(here, "../bundle", `${demo}.${kind}`);
  const { text } = outputFiles[0];
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`${demo}.${kind} is not what its source makes: run \`make demos\`.`);
    process.exitCode = 1;
  }
}

for (const demo of demos) {
  const made = `Generated from shrinkage/demos/js/${demo} by \`make demos\`; do not edit.`;
  await bundled(
    demo,
    "js",
    `export { default } from "./${demo}/index.js";`,
    `// ${made}\n// Contains modules of D3, copyright Mike Bostock, ISC licence (https://d3js.org).`,
  );
  const shared = ["demo", "pictures", "elsewhere"].map((name) => `shared/${name}.css`);
  const styles = [...shared, `${demo}/${demo}.css`].map((path) => `@import "./${path}";`);
  await bundled(demo, "css", styles.join("\n"), `/* ${made} */`);
}
