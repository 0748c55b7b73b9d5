/** Menus, and pickers of dates and times; each says its value in Slack's own fields. */

import { localStamp, unixOfLocalStamp } from "./clock.js";
import { allChannels, everybody } from "./directory.js";
import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";

export const SELECTS = {
  static_select: {
    initial: (element) => ({ selected_option: element.initial_option ?? null }),
    draw: drawStatic,
  },
  users_select: {
    initial: (element) => ({ selected_user: element.initial_user ?? null }),
    draw: (element, slot) => drawNamed(element, slot, everybody(), "selected_user"),
  },
  multi_users_select: {
    initial: (element) => ({ selected_users: element.initial_users ?? [] }),
    draw: drawSeveralPeople,
  },
  channels_select: channelSelect("selected_channel", "initial_channel"),
  conversations_select: channelSelect("selected_conversation", "initial_conversation"),
  datepicker: picker("date", "selected_date", "initial_date"),
  timepicker: picker("time", "selected_time", "initial_time"),
  datetimepicker: {
    initial: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
    draw: drawMoment,
  },
};

function drawStatic(element, slot) {
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  const all = groups.flatMap((group) => group.options);
  const drawn = groups.map((group) =>
    group.label
      ? h("optgroup", { label: plain(group.label) }, group.options.map(drawOption))
      : group.options.map(drawOption),
  );
  return select(element, slot, drawn, {
    shown: () => slot.entry.selected_option?.value,
    fields: (value) => ({ selected_option: all.find((option) => option.value === value) ?? null }),
  });
}

function channelSelect(field, initial) {
  return {
    initial: (element) => ({ [field]: element[initial] ?? null }),
    draw: (element, slot) => drawNamed(element, slot, allChannels(), field),
  };
}

function drawNamed(element, slot, things, field) {
  const sorted = things.sort((a, b) => a.name.localeCompare(b.name));
  const options = sorted.map(({ id, name }) => h("option", { value: id }, name));
  return select(element, slot, options, {
    shown: () => slot.entry[field],
    fields: (value) => ({ [field]: value || null }),
  });
}

function drawSeveralPeople(element, slot) {
  const sorted = everybody().sort((a, b) => a.name.localeCompare(b.name));
  const options = sorted.map(({ id, name }) => h("option", { value: id }, name));
  const node = h(
    "select",
    { ...slot.attributes, class: "control control-select", dir: "auto", multiple: true },
    options,
  );
  const show = () =>
    options.forEach((option) => {
      option.selected = slot.entry.selected_users.includes(option.value);
    });
  show();
  const chosen = () => [...node.selectedOptions].map((option) => option.value);
  node.addEventListener("change", () => slot.commit({ selected_users: chosen() }, show));
  return node;
}

function select(element, slot, options, { shown, fields }) {
  // An action's menu cannot be un-chosen; an input's can, and "required" then says so.
  const empty = h("option", { value: "", disabled: slot.dispatches, hidden: slot.dispatches });
  empty.textContent = plain(element.placeholder) || "Choose an option";
  const node = h(
    "select",
    { ...slot.attributes, class: "control control-select", dir: "auto" },
    empty,
    options,
  );
  const show = () => {
    node.value = shown() ?? "";
  };
  show();
  node.addEventListener("change", () => slot.commit(fields(node.value), show));
  return node;
}

function drawOption(option) {
  const hint = plain(option.description);
  return h("option", { value: option.value }, plain(option.text) + (hint ? ` — ${hint}` : ""));
}

function picker(type, field, initial) {
  return {
    initial: (element) => ({ [field]: element[initial] ?? null }),
    draw: (element, slot) => {
      const node = h("input", {
        ...slot.attributes,
        type,
        class: "control control-date",
        value: slot.entry[field] ?? "",
      });
      const undo = () => {
        node.value = slot.entry[field] ?? "";
      };
      node.addEventListener("change", () => slot.commit({ [field]: node.value || null }, undo));
      return node;
    },
  };
}

function drawMoment(element, slot) {
  const shown = () => (slot.entry.selected_date_time ? localStamp(slot.entry.selected_date_time * 1000) : "");
  const node = h("input", {
    ...slot.attributes,
    type: "datetime-local",
    class: "control control-date",
    value: shown(),
  });
  const undo = () => {
    node.value = shown();
  };
  node.addEventListener("change", () =>
    slot.commit({ selected_date_time: node.value ? unixOfLocalStamp(node.value) : null }, undo),
  );
  return node;
}
