// usage: node mermaid.mjs FILE
// Reads a flowchart with Mermaid and prints {"labels": [...], "edges": N}; fails where Mermaid does.
import fs from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!DOCTYPE html><body></body>");
globalThis.window = window;
globalThis.document = window.document;
globalThis.Element = window.Element;
const { default: mermaid } = await import("mermaid");

/// Mermaid keeps entities as marks until it draws.
function decoded(text) {
  const html = text.replace(/ﬂ°°/g, "&#").replace(/ﬂ°/g, "&").replace(/¶ß/g, ";");
  const area = window.document.createElement("textarea");
  return html
    .split(/<br\s*\/?>/)
    .map((line) => {
      area.innerHTML = line;
      return area.value;
    })
    .join("<br>");
}

const text = fs.readFileSync(process.argv[2], "utf8");
await mermaid.parse(text);
const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
const labels = [...db.getVertices().values()].map((vertex) => decoded(vertex.text));
console.log(JSON.stringify({ labels, edges: db.getEdges().length }));
