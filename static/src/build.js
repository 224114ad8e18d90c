// Compiles the styles and copies fonts and scripts into static/build, which git ignores.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const source = dirname(fileURLToPath(import.meta.url));
const root = join(source, "..", "..");
const modules = join(root, "node_modules");
const build = join(root, "static", "build");

const STYLES = ["pcd", "pdf"];
const SANS = "source-sans-3";
const MONO = "source-code-pro";
// Our short name of each font file, and the package's name of it.
const FONTS = [
  ["text-400", SANS, "latin-400-normal"],
  ["text-400-italic", SANS, "latin-400-italic"],
  ["text-600", SANS, "latin-600-normal"],
  ["text-600-italic", SANS, "latin-600-italic"],
  ["ext-400", SANS, "latin-ext-400-normal"],
  ["ext-600", SANS, "latin-ext-600-normal"],
  ["mono-400", MONO, "latin-400-normal"],
];

mkdirSync(join(build, "fonts"), { recursive: true });

for (const style of STYLES) {
  const { css } = compile(join(source, `${style}.scss`), {
    loadPaths: [modules],
    quietDeps: true,
    style: "compressed",
  });
  writeFileSync(join(build, `${style}.css`), css);
}
for (const [name, family, file] of FONTS) {
  const from = join(modules, "@fontsource", family, "files", `${family}-${file}.woff2`);
  copyFileSync(from, join(build, "fonts", `${name}.woff2`));
}
for (const family of [SANS, MONO]) {
  copyFileSync(join(modules, "@fontsource", family, "LICENSE"), join(build, "fonts", `${family}.LICENSE`));
}

// The comment that names a source map would send the browser, and the collecting of static files, to a file that is not there.
const frontend = readFileSync(join(modules, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"), "utf8");
writeFileSync(join(build, "govuk-frontend.min.js"), frontend.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
for (const file of ["pcd.js", "keep.js", "upload.js", "passkey.js", "icon.svg"]) copyFileSync(join(source, file), join(build, file));
