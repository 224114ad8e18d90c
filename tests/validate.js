// Reads a page a line (as JSON) and answers with html-validate's messages about it, a line each.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { HtmlValidate } from "html-validate";

const config = JSON.parse(readFileSync(new URL("html-validate.json", import.meta.url), "utf8"));
const validate = new HtmlValidate(config);

for await (const line of createInterface({ input: process.stdin })) {
  const report = await validate.validateString(JSON.parse(line));
  console.log(JSON.stringify(report.results.flatMap((result) => result.messages)));
}
