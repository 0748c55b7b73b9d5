/** A small menu beside a button, worked by mouse or arrow keys; knows nothing of what is picked. */

import { h } from "./dom.js";

/** Opens a menu of `items` ({words, hint, pick}) at `button`; Escape or a click elsewhere closes it. */
export function openMenu(button, items) {
  const menu = h(
    "div",
    { class: "menu", role: "menu", popover: "auto", onkeydown: (event) => walk(event, menu, () => close()) },
    items.map((item) => drawItem(item, () => close())),
  );
  const close = () => {
    menu.hidePopover();
    button.focus({ preventScroll: true });
  };
  menu.addEventListener("toggle", (event) => {
    const opened = event.newState === "open";
    button.setAttribute("aria-expanded", String(opened));
    if (!opened) menu.remove();
  });
  button.after(menu);
  menu.showPopover();
  place(menu, button.getBoundingClientRect());
  menu.firstElementChild?.focus();
}

function drawItem({ words, hint, pick }, close) {
  const chosen = () => {
    close();
    pick();
  };
  return h(
    "button",
    { type: "button", role: "menuitem", tabindex: "-1", onclick: chosen },
    words,
    hint && h("small", {}, hint),
  );
}

function walk(event, menu, close) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (event.key === "Escape") {
    // Taken here, so that the thread or modal around the menu stays open.
    event.preventDefault();
    event.stopPropagation();
    close();
  }
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
}

function place(menu, beside) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = beside.bottom + 4;
  menu.style.left = `${Math.max(8, Math.min(beside.left, innerWidth - width - 8))}px`;
  menu.style.top = `${below + height > innerHeight - 8 ? Math.max(8, beside.top - height - 4) : below}px`;
}
