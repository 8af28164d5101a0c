// Bundles entry points: node scripts/assets.mjs <target> <door/name=path>...
// Prints nothing when all is well; esbuild itself shows where a source is wrong.
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const [target, ...entries] = process.argv.slice(2);
const manifestPath = join(target, "manifest.json");

const { metafile } = await build({
  entryPoints: entries.map((entry) => {
    const cut = entry.indexOf("=");
    return { in: entry.slice(cut + 1), out: entry.slice(0, cut) };
  }),
  outdir: target,
  entryNames: "[dir]/[name]-[hash]",
  assetNames: "media/[name]-[hash]",
  bundle: true,
  format: "esm",
  target: ["es2020", "safari15"], // Safari 14 cannot destructure reliably; esbuild refuses
  minify: true,
  sourcemap: true,
  legalComments: "linked",
  metafile: true,
  logLevel: "error",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".svg": "file", ".png": "file", ".webp": "file", ".woff2": "file" },
}).catch(() => process.exit(1)); // it has already said why

const manifest = {};
for (const output of Object.keys(metafile.outputs)) {
  const { entryPoint } = metafile.outputs[output];
  if (!entryPoint) continue;
  const file = relative(target, output);
  const bytes = readFileSync(output);
  const name = file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1");
  manifest[name] = { file, bytes: bytes.length, gzip: gzipSync(bytes).length };
}

// A web process may still answer with the names of the build before this one.
const kept = new Set(Object.keys(metafile.outputs).map((output) => relative(target, output)));
for (const { file } of Object.values(previousManifest())) kept.add(file).add(`${file}.map`);
for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
  const file = relative(target, join(entry.parentPath ?? entry.path, entry.name));
  if (entry.isFile() && file.includes("/") && !kept.has(file)) rmSync(join(target, file));
}
writeFileSync(`${manifestPath}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
renameSync(`${manifestPath}.new`, manifestPath);

function previousManifest() {
  try {
    return JSON.parse(readFileSync(manifestPath, "utf8"));
  } catch {
    return {};
  }
}
