/** A modal dialog on the page: focus kept inside, Escape closes, focus given back; knows no contents. */

import { find, h } from "./dom.js";

const REACHABLE =
  ":is(a[href], button, input, select, textarea, [tabindex='0']):not([disabled], [tabindex='-1'])";

/**
 * Opens a dialog with this label. `onLeave` is called when the person wants out (Escape, or a click
 * beside it when `light`); the caller decides whether to `close()`.
 */
export function openDialog({ label, className = "", testid, light = false, onLeave }) {
  const came = document.activeElement;
  const key = came?.closest?.("[data-focus]")?.dataset.focus;
  const dialog = h("dialog", { class: `dialog ${className}`, "aria-label": label, "data-testid": testid });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    onLeave();
  });
  dialog.addEventListener("keydown", (event) => stayInside(event, dialog));
  if (light) dialog.addEventListener("mousedown", (event) => event.target === dialog && onLeave());
  document.body.append(dialog);
  dialog.showModal();

  function close() {
    dialog.close();
    dialog.remove();
    // What opened it may have been drawn again meanwhile.
    (came?.isConnected ? came : find(document, "focus", key))?.focus({ preventScroll: true });
  }
  return { dialog, close };
}

/** The first thing in a dialog that takes the focus: its first field, else its first control. */
export function focusFirst(root) {
  const first =
    root.querySelector("[autofocus]") ??
    root.querySelector("input, select, textarea") ??
    root.querySelector(REACHABLE);
  first?.focus({ preventScroll: true });
}

function stayInside(event, dialog) {
  // The browser's own trap lets Tab escape into its toolbar; Slack's does not.
  if (event.key === "Escape") event.stopPropagation();
  if (event.key !== "Tab") return;
  const all = [...dialog.querySelectorAll(REACHABLE)].filter((node) => node.checkVisibility());
  const edge = event.shiftKey ? all[0] : all.at(-1);
  const other = event.shiftKey ? all.at(-1) : all[0];
  if (
    document.activeElement !== edge &&
    dialog.contains(document.activeElement) &&
    document.activeElement !== dialog
  )
    return;
  event.preventDefault();
  other?.focus();
}
