/** The list above a text box that offers completions; knows nothing of what they mean. */

import { h } from "./dom.js";

/**
 * Completions for `box`. `offered(textBeforeCaret)` gives {items: [{words, insert}], from, note}.
 * Returns {list, update(), handles(event)}: `handles` is true when the key was for the list.
 */
export function suggestions(box, id, offered) {
  const list = h("div", {
    class: "suggestions",
    id,
    role: "listbox",
    "aria-label": "Suggestions",
    "data-testid": "suggestions",
    hidden: true,
  });
  let items = [];
  let from = 0;
  let chosen = 0;
  box.setAttribute("aria-controls", id);
  box.setAttribute("aria-autocomplete", "list");

  function update() {
    const offer = offered(box.value.slice(0, box.selectionStart));
    items = offer.items ?? [];
    from = offer.from ?? 0;
    chosen = 0;
    list.hidden = !items.length && !offer.note;
    list.replaceChildren(
      ...items.map(drawItem),
      ...(offer.note ? [h("p", { class: "suggestion-note", role: "note" }, offer.note)] : []),
    );
    mark();
  }

  function drawItem(item, at) {
    const take = (event) => {
      event.preventDefault();
      complete(at);
    };
    return h(
      "div",
      { class: "suggestion", role: "option", id: `${id}-${at}`, dir: "auto", onmousedown: take },
      item.words,
    );
  }

  function mark() {
    [...list.querySelectorAll("[role=option]")].forEach((node, at) =>
      node.setAttribute("aria-selected", String(at === chosen)),
    );
    if (items.length) box.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function complete(at) {
    const end = box.selectionStart;
    box.setRangeText(items[at].insert, from, end, "end");
    box.dispatchEvent(new Event("input"));
    box.focus();
  }

  function handles(event) {
    if (list.hidden || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") list.hidden = true;
    else if (step && items.length) {
      chosen = (chosen + step + items.length) % items.length;
      mark();
    } else if (items.length && completes(event)) complete(chosen);
    else return false;
    event.preventDefault();
    return true;
  }

  /** Enter on a text that is already whole sends it instead. */
  function completes(event) {
    const whole = box.value.trimEnd() === items[chosen].insert.trimEnd();
    return event.key === "Tab" ? !event.shiftKey : event.key === "Enter" && !event.shiftKey && !whole;
  }

  return { list, update, handles };
}
