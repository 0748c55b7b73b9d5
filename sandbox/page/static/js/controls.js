/**
 * The interactive elements of Block Kit, by type; knows how each is drawn and what it says when used,
 * not where that is sent.
 */

import { confirmed } from "./confirm.js";
import { add, h } from "./dom.js";
import { CHOICES } from "./choices.js";
import { FIELDS } from "./fields.js";
import { openMenu } from "./menu.js";
import { isSafe, plain } from "./mrkdwn.js";
import { SELECTS } from "./selects.js";

/** Elements that only fire: they hold no state. */
const TRIGGERS = {
  button: drawButton,
  overflow: drawOverflow,
  feedback_buttons: drawFeedback,
  icon_button: drawIcon,
};
/** Elements that hold a value: `initial(element)` gives its fields, `draw(element, slot)` its node. */
const HOLDERS = { ...SELECTS, ...FIELDS, ...CHOICES };

/** True for the element types that only fire. */
export const isTrigger = (type) => Object.hasOwn(TRIGGERS, type);
/** True for the element types this page can draw. */
export const isControl = (type) => isTrigger(type) || Object.hasOwn(HOLDERS, type);

/**
 * One interactive element as a node. `place` says where it stands: {block, surface, dispatches, aria};
 * `surface` is {key, form, act}.
 */
export function drawControl(element, place) {
  const slot = new Slot(element, place);
  return isTrigger(element.type)
    ? TRIGGERS[element.type](element, slot)
    : HOLDERS[element.type].draw(element, slot);
}

/** What one control may do: remember its value, and tell the app. */
class Slot {
  constructor(element, { block, surface, dispatches, aria = {} }) {
    this.element = element;
    this.block = block;
    this.surface = surface;
    this.dispatches = dispatches;
    this.id = controlId(surface, block, element);
    if (!isTrigger(element.type)) {
      const initial = { type: element.type, ...HOLDERS[element.type].initial(element) };
      this.entry = surface.form.start(block.block_id, element.action_id, initial);
    }
    this.attributes = {
      id: this.id,
      "data-testid": `action-${element.action_id}`,
      "data-focus": this.id,
      ...aria,
    };
  }

  /** Takes the control's new fields; `undo` puts it back when a confirmation is declined. */
  async commit(fields, undo = () => {}) {
    if (this.dispatches && !(await confirmed(this.element.confirm))) return undo();
    this.remember(fields);
    if (this.dispatches) await this.tell(fields);
  }

  /** Keeps the value without telling the app. */
  remember(fields) {
    this.entry = { type: this.element.type, ...fields };
    this.surface.form.put(this.block.block_id, this.element.action_id, this.entry);
  }

  /** Tells the app that this control was used. */
  tell(fields) {
    const { block_id } = this.block;
    const { type, action_id } = this.element;
    return this.surface.act({ type, block_id, action_id, ...fields });
  }
}

/** The id of a control on the page, by which its label and the focus find it again. */
export function controlId(surface, block, element) {
  return `${surface.key}/${block.block_id}/${element.action_id}`.replaceAll(/\s/g, "_");
}

function drawButton(element, slot) {
  const fields = element.value === undefined ? {} : { value: element.value };
  const attributes = {
    ...slot.attributes,
    class: `button ${{ primary: "button-primary", danger: "button-danger" }[element.style] ?? ""}`,
    "aria-label": element.accessibility_label,
    dir: "auto",
  };
  if (element.url && isSafe(element.url)) {
    const follow = {
      href: element.url,
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: () => slot.tell(fields),
    };
    return h("a", { ...attributes, ...follow }, plain(element.text));
  }
  const node = h("button", { ...attributes, type: "button" }, plain(element.text));
  node.addEventListener("click", () => once(node, () => pressed(element, slot, fields)));
  return node;
}

async function pressed(element, slot, fields) {
  if (await confirmed(element.confirm)) await slot.tell(fields);
}

function drawOverflow(element, slot) {
  const node = h("button", {
    ...slot.attributes,
    type: "button",
    class: "button button-icon",
    "aria-haspopup": "menu",
    "aria-label": "More actions",
  });
  add(node, "⋯");
  node.addEventListener("click", () =>
    openMenu(
      node,
      (element.options ?? []).map((option) => ({
        words: plain(option.text),
        hint: plain(option.description),
        pick: () => picked(option),
      })),
    ),
  );
  const picked = async (option) => {
    if (!(await confirmed(element.confirm))) return;
    if (option.url && isSafe(option.url)) open(option.url, "_blank", "noopener,noreferrer");
    await slot.tell({ selected_option: option });
  };
  return node;
}

function drawFeedback(element, slot) {
  const button = ({ text, value, accessibility_label: label }, sign) =>
    h(
      "button",
      {
        type: "button",
        class: "button button-quiet",
        "aria-label": label,
        onclick: () => slot.tell({ value, text }),
      },
      `${sign} ${plain(text)}`,
    );
  return h(
    "span",
    { ...slot.attributes, class: "feedback", role: "group" },
    button(element.positive_button, "👍"),
    button(element.negative_button, "👎"),
  );
}

function drawIcon(element, slot) {
  return drawButton(
    { ...element, text: `${element.icon === "trash" ? "🗑 " : ""}${plain(element.text)}` },
    slot,
  );
}

/** Runs `work` unless it is still running: an impatient second press says nothing new. */
async function once(node, work) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    node.removeAttribute("aria-busy");
  }
}
