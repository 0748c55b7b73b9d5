/** Block Kit's confirmation dialog. */

import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { plain, prose } from "./mrkdwn.js";

/** True when there is nothing to confirm or the person said yes. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (yes) => {
      close();
      resolve(yes);
    };
    const { dialog, close } = openDialog({
      label: plain(confirm.title),
      className: "confirm",
      testid: "confirm",
      onLeave: () => answer(false),
    });
    const style = confirm.style === "danger" ? "button-danger-solid" : "button-primary";
    const yes = h(
      "button",
      { type: "button", class: `button ${style}`, "data-testid": "confirm-yes", onclick: () => answer(true) },
      plain(confirm.confirm) || "Yes",
    );
    const no = h(
      "button",
      { type: "button", class: "button", "data-testid": "confirm-no", onclick: () => answer(false) },
      plain(confirm.deny) || "Cancel",
    );
    dialog.append(
      prose("h2", { class: "dialog-title" }, confirm.title),
      prose("div", { class: "confirm-text" }, confirm.text),
      h("div", { class: "dialog-buttons" }, no, yes),
    );
    yes.focus();
  });
}
