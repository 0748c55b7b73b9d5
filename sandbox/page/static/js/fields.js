/** The text inputs of Block Kit. */

import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";

const initial = (element) => ({ value: element.initial_value ?? null });
const kind = (attributes) => ({
  initial,
  draw: (element, slot) => drawField(element, slot, attributes(element)),
});

export const FIELDS = {
  plain_text_input: kind((element) => ({ type: "text", maxlength: element.max_length ?? 3000 })),
  email_text_input: kind(() => ({ type: "email", autocomplete: "off" })),
  url_text_input: kind(() => ({ type: "url", autocomplete: "off" })),
  // Not type=number: that one swallows what it cannot read, so nobody could be told what is wrong.
  number_input: kind((element) => ({
    type: "text",
    inputmode: element.is_decimal_allowed ? "decimal" : "numeric",
  })),
};

function drawField(element, slot, attributes) {
  const node = h(element.multiline ? "textarea" : "input", {
    ...slot.attributes,
    ...attributes,
    class: element.multiline ? "control control-area" : "control",
    rows: element.multiline ? 4 : null,
    placeholder: plain(element.placeholder) || null,
    value: slot.entry.value ?? "",
    autofocus: element.focus_on_load,
    dir: "auto",
  });
  const fields = () => ({ value: node.value === "" ? null : node.value });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  node.addEventListener("input", () => {
    slot.remember(fields());
    if (slot.dispatches && triggers.includes("on_character_entered")) slot.tell(fields());
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !slot.dispatches) return;
    event.preventDefault();
    if (triggers.includes("on_enter_pressed")) slot.tell(fields());
  });
  return node;
}
