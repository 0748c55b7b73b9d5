/** Slack's mrkdwn as nodes; knows the syntax and the directory's names, no blocks. */

import { fillTokens, momentOf } from "./clock.js";
import { channelName, isViewer, personName } from "./directory.js";
import { add, h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";

const FENCE = /```\n?([\s\S]+?)\n?```\n?/g;
const QUOTE = /^(?:&gt;|>) ?/;
const QUOTE_REST = /^(?:&gt;|>){3} ?/;

// One alternation, tried left to right at each place. Markers count only at the edges of words, as in
// Slack; inside them an <…> is one piece, so an underscore in an address ends nothing.
const inner = (mark) => `(?:<[^<>\\n]*>|[^${mark}\\n<])+?(?<=\\S)`;
const marked = (mark) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)(${inner(mark)})${mark}(?![\\p{L}\\p{N}${mark}])`;
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    marked("\\*"),
    marked("_"),
    marked("~"),
    ":([a-z0-9_+-]+):",
    "(https?:\\/\\/[^\\s<>]*[^\\s<>.,;:!?)'\"])",
    "(\\n)",
  ].join("|"),
  "gu",
);

/** mrkdwn text as nodes. */
export function mrkdwn(text) {
  return alternate(text ?? "", FENCE, paragraphs, (fence) => h("pre", {}, decode(fence[1])));
}

/** Text shown as it is, with emoji, as Slack's plain_text objects. */
export function plain(object) {
  const text = typeof object === "string" ? object : (object?.text ?? "");
  return object?.emoji === false ? text : withEmoji(text);
}

/** Either kind of text object as nodes. */
export function textObject(object) {
  return object?.type === "mrkdwn" ? mrkdwn(object.text) : plain(object);
}

/** A link when the address is one people may follow, its bare words otherwise. */
export function link(address, words) {
  const label = words || address;
  return isSafe(address)
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, label)
    : h("span", { class: "dead-link", title: "This address is not one the sandbox opens" }, label);
}

/** True for addresses a click may open: never javascript:, data: and the like. */
export function isSafe(address) {
  try {
    return ["http:", "https:", "mailto:", "tel:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** A person's name, standing out when it is the viewer's own. */
export function personMention(id) {
  return h("span", { class: isViewer(id) ? "mention mention-me" : "mention" }, `@${personName(id)}`);
}

export const channelMention = (id, name) => h("span", { class: "mention" }, `#${name || channelName(id)}`);
export const broadcast = (range) => h("span", { class: "mention mention-me" }, `@${range}`);

/** A moment written by Slack's date tokens. */
export function dateMention(unix, format, fallback, address) {
  const ms = Number(unix) * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return fallback || "";
  const time = h(
    "time",
    { datetime: new Date(ms).toISOString(), title: momentOf(ms) },
    fillTokens(format, ms),
  );
  return address && isSafe(address)
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, time)
    : time;
}

/** Runs of quoted and plain lines. */
function paragraphs(text) {
  const nodes = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length;) {
    const rest = QUOTE_REST.test(lines[at]);
    const quoted = rest || QUOTE.test(lines[at]);
    let end = at + 1;
    while (end < lines.length && (rest || QUOTE.test(lines[end]) === quoted)) end += 1;
    const run = lines
      .slice(at, end)
      .map((line) => (quoted ? line.replace(rest ? QUOTE_REST : QUOTE, "") : line));
    nodes.push(...(quoted ? [h("blockquote", {}, inline(run.join("\n")))] : inline(run.join("\n"))));
    at = end;
  }
  return nodes;
}

function inline(text) {
  return alternate(text, INLINE, (words) => [decode(words)], drawToken);
}

function drawToken([, code, angle, bold, italic, strike, name, address, newline]) {
  if (code) return h("code", {}, decode(code));
  if (angle) return reference(angle);
  if (bold) return h("strong", {}, inline(bold));
  if (italic) return h("em", {}, inline(italic));
  if (strike) return h("s", {}, inline(strike));
  if (name) return emoji(name) ?? `:${name}:`;
  if (address) return link(decode(address));
  return newline && h("br");
}

/** What stands between < and >. */
function reference(content) {
  const bar = content.indexOf("|");
  const target = bar < 0 ? content : content.slice(0, bar);
  const label = bar < 0 ? "" : withEmoji(decode(content.slice(bar + 1)));
  if (target.startsWith("@")) return personMention(target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return link(decode(target), label);
}

function special(command, label) {
  const [name, ...rest] = command.split("^");
  if (name === "date") return dateMention(rest[0], rest[1] ?? "{date}", label, rest[2] && decode(rest[2]));
  if (name === "subteam") return h("span", { class: "mention" }, label || "@group");
  return broadcast(label.replace(/^@/, "") || name);
}

/** `text` cut by `pattern`: what is between goes to `between` (many nodes), matches to `drawn` (one). */
function alternate(text, pattern, between, drawn) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) nodes.push(...between(text.slice(last, match.index)));
    nodes.push(drawn(match));
    last = match.index + match[0].length;
  }
  if (last < text.length) nodes.push(...between(text.slice(last)));
  return nodes;
}

/** The three entities Slack escapes, once: `&amp;lt;` is the text `&lt;`. */
export function decode(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** The same three, the other way, for what people type. */
export function encode(text) {
  return text.replace(/[<>&]/g, (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[sign]);
}

/** mrkdwn inside an element of its own, for the many places that want one. */
export function prose(tag, attributes, object) {
  const node = h(tag, { dir: "auto", ...attributes });
  add(node, textObject(object));
  return node;
}
