// Takes the example of the README out of it, so that it is compiled with the tests.
import { readFileSync, writeFileSync } from "node:fs";

const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
const example = /```tsx\n([\s\S]*?)```/.exec(readme);
if (!example) throw new Error("README.md has no example");
writeFileSync(new URL("test/example.tsx", import.meta.url), example[1]);
