// Times whatsapp-chat-parser over a file, and prints what bench/child.py prints.
import { readFileSync } from "node:fs";
import { parseString } from "whatsapp-chat-parser";

const content = readFileSync(process.argv[2], "utf8");
parseString(content.slice(0, 100_000), { parseAttachments: true });
const before = process.cpuUsage(), began = performance.now();
const messages = parseString(readFileSync(process.argv[2], "utf8"), { parseAttachments: true });
const spent = process.cpuUsage(before);
console.log(JSON.stringify({
  cpu_s: (spent.user + spent.system) / 1e6,
  wall_s: (performance.now() - began) / 1e3,
  peak_rss_mb: process.resourceUsage().maxRSS / 1024,
  units: messages.length,
}));
