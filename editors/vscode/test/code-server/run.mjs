import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Editor } from "./editor.mjs";

const [work, example] = process.argv.slice(2);
const shots = join(work, "screenshots");
mkdirSync(shots, { recursive: true });
const folder = join(work, "example");
rmSync(folder, { recursive: true, force: true });
cpSync(example, folder, { recursive: true });
const editor = await Editor.open({ work, vsix: join(work, "bundled.vsix"), folder, shots });
try {
    await editor.file(join(folder, "contoso-ingest/linkedService/Sales.json"));
    console.log(await editor.untilSquiggles((s) => s.length > 0, "no squiggle"));
    await editor.shot("1");
    const [s] = await editor.squiggles();
    console.log(await editor.hover(s));
    await editor.shot("2");
    await editor.go(s.line, s.from);
    console.log(await editor.actions());
    await editor.shot("3");
    await editor.choose("Suppress");
    await editor.page.waitForTimeout(1000);
    await editor.shot("4");
} finally { await editor.shot("end"); await editor.close(); }
process.exit(0);
