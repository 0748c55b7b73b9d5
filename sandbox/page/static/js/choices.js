/** Checkboxes, radio buttons and menus that take several: groups of options, each with its own words. */

import { h } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

const several = {
  initial: (element) => ({ selected_options: element.initial_options ?? [] }),
  draw: (element, slot) => drawGroup(element, slot, "checkbox"),
};

export const CHOICES = {
  checkboxes: several,
  multi_static_select: several,
  radio_buttons: {
    initial: (element) => ({ selected_option: element.initial_option ?? null }),
    draw: (element, slot) => drawGroup(element, slot, "radio"),
  },
};

function drawGroup(element, slot, type) {
  const options = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  const { "data-focus": focus, ...attributes } = slot.attributes;
  const boxes = options.map((option) =>
    h("input", {
      type,
      name: slot.id,
      value: option.value,
      "data-focus": `${focus}/${option.value}`,
      onchange: () => changed(),
    }),
  );
  const show = () =>
    options.forEach((option, at) => {
      boxes[at].checked = isChosen(slot.entry, option);
    });
  const changed = () => {
    const chosen = options.filter((_, at) => boxes[at].checked);
    return slot.commit(
      type === "radio" ? { selected_option: chosen[0] ?? null } : { selected_options: chosen },
      show,
    );
  };
  show();
  return h(
    "div",
    {
      ...attributes,
      class: `choices choices-${element.type}`,
      role: type === "radio" ? "radiogroup" : "group",
    },
    options.map((option, at) => drawChoice(option, boxes[at])),
  );
}

function drawChoice(option, box) {
  const hint = option.description && h("small", { dir: "auto" }, textObject(option.description));
  return h(
    "label",
    { class: "choice" },
    box,
    h("span", { dir: "auto" }, textObject(option.text) || plain(option.value), hint),
  );
}

function isChosen(entry, option) {
  const chosen = entry.selected_options ?? [entry.selected_option];
  return chosen.some((one) => one?.value === option.value);
}
