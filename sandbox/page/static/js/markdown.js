/** The markdown block as nodes: the common Markdown that language models write, no HTML. */

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "!?\\[([^\\]\\n]*)\\]\\(([^()\\s]+)\\)",
    "\\*\\*(?=\\S)([^\\n]+?)(?<=\\S)\\*\\*",
    "(?<!\\w)__(?=\\S)([^\\n]+?)(?<=\\S)__(?!\\w)",
    "~~(?=\\S)([^\\n]+?)(?<=\\S)~~",
    "\\*(?=\\S)([^*\\n]+?)(?<=\\S)\\*",
    "(?<!\\w)_(?=\\S)([^_\\n]+?)(?<=\\S)_(?!\\w)",
    ":([a-z0-9_+-]+):",
    "(https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?)'\"])",
    "\\\\([\\\\`*_~\\[\\]()#+.!|>-])",
    "( {2,}\\n|\\n)",
  ].join("|"),
  "g",
);

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}> ?/;
const FENCE = /^ {0,3}```/;
const ROW = /^\s*\|.*\|\s*$/;
const BARS = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;

/** Markdown text as nodes. */
export function markdown(text) {
  return blocks((text ?? "").split("\n"));
}

/** Each reader takes the lines from `at` and gives [node, next line], or null when it is not its kind. */
const READERS = [readFence, readHeading, readRule, readQuote, readTable, readList, readParagraph];

function blocks(lines) {
  const nodes = [];
  for (let at = 0; at < lines.length;) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const [node, next] = READERS.reduce((found, reader) => found ?? reader(lines, at), null);
    nodes.push(node);
    at = next;
  }
  return nodes;
}

function readFence(lines, at) {
  if (!FENCE.test(lines[at])) return null;
  let end = at + 1;
  while (end < lines.length && !FENCE.test(lines[end])) end += 1;
  return [h("pre", {}, lines.slice(at + 1, end).join("\n")), end + 1];
}

function readHeading(lines, at) {
  const found = HEADING.exec(lines[at]);
  // A message is no document: its headings stay below the page's own.
  return found && [h(`h${Math.min(found[1].length + 3, 6)}`, { dir: "auto" }, inline(found[2])), at + 1];
}

function readRule(lines, at) {
  return RULE.test(lines[at]) ? [h("hr"), at + 1] : null;
}

function readQuote(lines, at) {
  const end = runOf(lines, at, QUOTE);
  return end > at
    ? [h("blockquote", {}, blocks(lines.slice(at, end).map((line) => line.replace(QUOTE, "")))), end]
    : null;
}

function readTable(lines, at) {
  if (!ROW.test(lines[at]) || !BARS.test(lines[at + 1] ?? "")) return null;
  const end = runOf(lines, at, ROW);
  const row = (line, tag) =>
    h(
      "tr",
      {},
      cellsOf(line).map((cell) => h(tag, { dir: "auto" }, inline(cell))),
    );
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  const table = h("table", {}, h("thead", {}, row(lines[at], "th")), h("tbody", {}, body));
  return [h("div", { class: "table-scroll" }, table), end];
}

function readList(lines, at) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const depth = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let line = at;
  while (line < lines.length) {
    const found = ITEM.exec(lines[line]);
    const deeper = items.length && lines[line].trim() && indentOf(lines[line]) > depth;
    if (deeper) items.at(-1).push(lines[line].slice(Math.min(indentOf(lines[line]), depth + 2)));
    else if (found && found[1].length === depth && /\d/.test(found[2]) === ordered) items.push([found[3]]);
    else break;
    line += 1;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : null;
  const drawn = items.map(([words, ...rest]) => h("li", { dir: "auto" }, inline(words), blocks(rest)));
  return [h(ordered ? "ol" : "ul", { start: start === 1 ? null : start }, drawn), line];
}

function readParagraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !startsBlock(lines, end)) end += 1;
  return [h("p", { dir: "auto" }, inline(lines.slice(at, end).join("\n"))), end];
}

function startsBlock(lines, at) {
  return [FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(lines[at]));
}

function inline(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) nodes.push(text.slice(last, match.index));
    nodes.push(drawToken(match));
    last = match.index + match[0].length;
  }
  nodes.push(text.slice(last));
  return nodes;
}

function drawToken([
  whole,
  code,
  label,
  target,
  bold,
  bold2,
  strike,
  italic,
  italic2,
  name,
  address,
  literal,
]) {
  if (code) return h("code", {}, code);
  if (target) return link(target, label);
  if (bold ?? bold2) return h("strong", {}, inline(bold ?? bold2));
  if (strike) return h("s", {}, inline(strike));
  if (italic ?? italic2) return h("em", {}, inline(italic ?? italic2));
  if (name) return emoji(name) ?? whole;
  if (address) return link(address);
  return literal ?? h("br");
}

function runOf(lines, at, pattern) {
  let end = at;
  while (end < lines.length && pattern.test(lines[end])) end += 1;
  return end;
}

const indentOf = (line) => line.length - line.trimStart().length;
const cellsOf = (line) =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
