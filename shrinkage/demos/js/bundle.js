// Bundles every demo (js/<demo>/index.js) into one ES module, ../bundle/<demo>.js.
// `npm run build` (or `make demos`) writes them; `npm run check` fails where one is out of date.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes("--check");
const demos = readdirSync(here).filter((name) => existsSync(join(here, name, "index.js")));
mkdirSync(join(here, "../bundle"), { recursive: true });

for (const demo of demos) {
  const file = join(here, "../bundle", `${demo}.js`);
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [`${demo}/index.js`],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    write: false,
    banner: {
      js:
        `// Generated from shrinkage/demos/js/${demo} by \`make demos\`; do not edit.\n` +
        "// Contains modules of D3, copyright Mike Bostock, ISC licence (https://d3js.org).",
    },
  });
  const { text } = outputFiles[0];
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`${demo}.js is not what its source makes: run \`make demos\`.`);
    process.exitCode = 1;
  }
}
