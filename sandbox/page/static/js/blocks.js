/**
 * Block Kit blocks as nodes; knows how each block looks, not who sent it.
 * A block of an unknown type is drawn as a note that says so, never left out silently.
 */

import { controlId, drawControl, isControl, isTrigger } from "./controls.js";
import { h } from "./dom.js";
import { markdown } from "./markdown.js";
import { plain, prose, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const DRAWERS = {
  header: (block) => prose("h3", { class: "block-header" }, block.text),
  section: drawSection,
  context: drawContext,
  divider: () => h("hr"),
  actions: drawActions,
  context_actions: drawActions,
  image: drawImageBlock,
  input: drawInput,
  rich_text: (block) => h("div", { class: "block-rich" }, richText(block)),
  markdown: (block) => h("div", { class: "block-markdown" }, markdown(block.text)),
  table: drawTable,
  alert: (block) =>
    prose("div", { class: `block-alert alert-${block.level ?? "default"}`, role: "note" }, block.text),
};

/** All blocks, in order. `surface` is {key, form, act}: see controls.js. */
export function drawBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => drawBlock(block, surface));
}

function drawBlock(block, surface) {
  const drawer = Object.hasOwn(DRAWERS, block.type) ? DRAWERS[block.type] : drawUnknown;
  const node = h(
    "div",
    { class: `block block-type-${drawer === drawUnknown ? "unknown" : block.type}` },
    drawer(block, surface),
  );
  node.dataset.block = block.block_id;
  return node;
}

function drawUnknown(thing) {
  return h("p", { class: "unknown" }, `The sandbox page cannot draw “${thing.type}”.`);
}

function drawSection(block, surface) {
  const text = block.text && prose("div", { class: "section-text" }, block.text);
  const fields =
    block.fields &&
    h(
      "div",
      { class: "section-fields" },
      block.fields.map((field) => prose("div", {}, field)),
    );
  const accessory =
    block.accessory && h("div", { class: "section-accessory" }, drawElement(block.accessory, block, surface));
  return h("div", { class: "section" }, h("div", { class: "section-body" }, text, fields), accessory);
}

function drawContext(block) {
  return h(
    "div",
    { class: "context" },
    (block.elements ?? []).map((element) =>
      element.type === "image" ? drawImage(element) : prose("span", {}, element),
    ),
  );
}

function drawActions(block, surface) {
  return h(
    "div",
    { class: "actions" },
    (block.elements ?? []).map((element) => drawElement(element, block, surface)),
  );
}

function drawElement(element, block, surface) {
  if (element.type === "image") return drawImage(element);
  if (!isControl(element.type)) return drawUnknown(element);
  // Outside an input block nothing else on the page names a menu or a picker.
  const words = plain(element.placeholder) || element.action_id;
  const aria = isTrigger(element.type) ? {} : { "aria-label": words };
  return drawControl(element, { block, surface, dispatches: true, aria });
}

function drawInput(block, surface) {
  const { element } = block;
  if (!isControl(element?.type)) return drawUnknown(element ?? { type: "an input without an element" });
  const id = controlId(surface, block, element);
  const [labelId, hintId, errorId] = ["label", "hint", "error"].map((part) => `${id}/${part}`);
  const aria = {
    "aria-labelledby": labelId,
    "aria-describedby": `${hintId} ${errorId}`,
    "aria-required": block.optional ? null : "true",
  };
  const optional = block.optional && h("span", { class: "input-optional" }, " (optional)");
  return h(
    "div",
    { class: "input" },
    h("label", { id: labelId, for: id, dir: "auto" }, textObject(block.label), optional),
    drawControl(element, { block, surface, dispatches: Boolean(block.dispatch_action), aria }),
    h("p", { class: "input-error", id: errorId, role: "alert", "data-testid": `error-${block.block_id}` }),
    h("p", { class: "input-hint", id: hintId, dir: "auto" }, plain(block.hint)),
  );
}

/** Writes what is wrong under an input, or clears it. */
export function showProblem(root, blockId, problem) {
  const block = root.querySelector(`[data-block="${CSS.escape(blockId)}"]`);
  const line = block?.querySelector(".input-error");
  if (!line) return null;
  line.textContent = problem ?? "";
  const control = block.querySelector("[data-testid^='action-']");
  if (problem) control?.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
  return control;
}

function drawImageBlock(block) {
  const title = block.title && prose("figcaption", {}, block.title);
  return h("figure", { class: "block-image" }, title, drawImage(block));
}

/** An image from this origin; any other is named and not fetched, because nothing leaves this machine. */
function drawImage({ image_url: address = "", alt_text: words = "" }) {
  return isOwn(address)
    ? h("img", { src: address, alt: words, title: words })
    : h("span", { class: "image-elsewhere", role: "img", "aria-label": words, title: address }, `🖼 ${words}`);
}

function isOwn(address) {
  try {
    return address.startsWith("data:image/") || new URL(address, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

function drawTable(block) {
  const settings = block.column_settings ?? [];
  const [head, ...body] = block.rows ?? [];
  const row = (cells, tag) =>
    h(
      "tr",
      {},
      (cells ?? []).map((cell, at) => drawCell(cell, tag, settings[at])),
    );
  return h(
    "div",
    { class: "table-scroll" },
    h(
      "table",
      {},
      h("thead", {}, row(head, "th")),
      h(
        "tbody",
        {},
        body.map((cells) => row(cells, "td")),
      ),
    ),
  );
}

function drawCell(cell, tag, setting) {
  const align = ["left", "center", "right"].includes(setting?.align) ? `align-${setting.align}` : "";
  const content = cell.type === "rich_text" ? richText(cell) : String(cell.text ?? cell.value ?? "");
  return h(
    tag,
    {
      class: `${align} ${setting?.is_wrapped ? "wrapped" : ""}`,
      scope: tag === "th" ? "col" : null,
      dir: "auto",
    },
    content,
  );
}
