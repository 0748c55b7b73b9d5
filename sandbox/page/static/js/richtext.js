/** The rich_text block as nodes; knows its element types, nothing of messages. */

import { add, h } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, dateMention, link, personMention } from "./mrkdwn.js";

/** The nodes of a rich_text block. */
export function richText(block) {
  return (block.elements ?? []).map(drawPart);
}

function drawPart(part) {
  switch (part.type) {
    case "rich_text_list":
      return drawList(part);
    case "rich_text_quote":
      return h("blockquote", { dir: "auto" }, drawAll(part.elements));
    case "rich_text_preformatted":
      return h("pre", {}, drawAll(part.elements));
    default:
      return h("div", { class: "rich-section", dir: "auto" }, drawAll(part.elements));
  }
}

function drawList(part) {
  const ordered = part.style === "ordered";
  const indent = Math.min(Number(part.indent) || 0, 8);
  return h(
    ordered ? "ol" : "ul",
    { class: `rich-list indent-${indent}`, start: ordered && part.offset ? part.offset + 1 : null },
    (part.elements ?? []).map((item) => h("li", { dir: "auto" }, drawAll(item.elements))),
  );
}

const drawAll = (elements) => (elements ?? []).map((element) => styled(drawOne(element), element.style));

function drawOne(element) {
  switch (element.type) {
    case "text":
      return lines(element.text ?? "");
    case "link":
      return link(element.url, element.text);
    case "emoji":
      return emoji(element.name) ?? `:${element.name}:`;
    case "user":
      return personMention(element.user_id);
    case "channel":
      return channelMention(element.channel_id);
    case "usergroup":
      return h("span", { class: "mention" }, "@group");
    case "broadcast":
      return broadcast(element.range);
    case "date":
      return dateMention(element.timestamp, element.format ?? "{date}", element.fallback, element.url);
    case "color":
      return h("code", {}, element.value);
    default:
      return element.text ?? "";
  }
}

function lines(text) {
  return text.split("\n").flatMap((line, at) => (at ? [h("br"), line] : [line]));
}

const TAGS = { code: "code", strike: "s", italic: "em", bold: "strong" };

function styled(nodes, style) {
  return Object.keys(TAGS)
    .filter((name) => style?.[name])
    .reduce((content, name) => wrap(TAGS[name], content), nodes);
}

function wrap(tag, content) {
  const node = h(tag);
  add(node, content);
  return node;
}
