/** Short notices in a corner of the page, and the words read out to people who do not see it. */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";

const SHOWN_MS = 12_000;
const MOST = 4;

/** Shows a notice; a problem stays until it is dismissed. */
export function notify(text, kind = "word") {
  const region = document.getElementById("notices");
  const close = h(
    "button",
    { type: "button", class: "notice-close", "aria-label": "Dismiss", onclick: () => notice.remove() },
    "×",
  );
  const notice = h(
    "div",
    {
      class: `notice notice-${kind}`,
      role: kind === "problem" ? "alert" : "status",
      "data-testid": "notice",
    },
    h("span", { dir: "auto" }, withEmoji(text)),
    close,
  );
  // The answer to a gesture and the live event about it often say the same.
  for (const other of [...region.children])
    if (other.firstChild.textContent === withEmoji(text)) other.remove();
  while (region.children.length >= MOST) region.firstElementChild.remove();
  region.append(notice);
  // A page-wide modal dialog makes everything else inert; a popover is above it.
  region.popover = "manual";
  region.hidePopover();
  region.showPopover();
  if (kind !== "problem") setTimeout(() => notice.remove(), SHOWN_MS);
}

/** Has a screen reader say this. */
export function announce(text) {
  const log = document.getElementById("announcer");
  log.append(h("p", {}, text));
  while (log.children.length > 20) log.firstElementChild.remove();
}
