// Copies the installed scripts that pages load into static/build/, where Django finds them.
//
// GOV.UK Frontend comes as ES modules and as one classic bundle. The classic one is taken:
// Django's file hashing renames files but does not rewrite imports inside modules, so a module
// that imports another by name would break in service. It puts `GOVUKFrontend` on the window.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const build = new URL("static/build/", root);

const files = {
  "govuk-frontend.js": "govuk-frontend/dist/govuk/all.bundle.js",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "plotly-basic.min.js": "plotly.js-basic-dist-min/plotly-basic.min.js",
};

await mkdir(build, { recursive: true });
for (const [name, source] of Object.entries(files)) {
  const text = await readFile(new URL(`node_modules/${source}`, root), "utf8");
  // Source maps are not served, and Django's collectstatic stops at a reference to a missing file.
  const target = new URL(name, build);
  await writeFile(target, text.replace(/^\/\/# sourceMappingURL=.*$/gm, "").trimEnd() + "\n");
  console.log(`${source} -> ${fileURLToPath(target)}`);
}
