/** The app's shortcuts: a menu on each message, and one beside the box to write in; knows none of them by name. */

import * as api from "./api.js";
import { h } from "./dom.js";
import { openMenu } from "./menu.js";
import { notify } from "./notices.js";

/** A button with the menu of one `type` ("message" or "global"), and `more` below; null when there is nothing. */
export function shortcutsButton({ user, shortcuts, type, place, sign, label, testid, more = [] }) {
  const fitting = (shortcuts ?? []).filter((shortcut) => shortcut.type === type);
  if (!fitting.length && !more.length) return null;
  const use = async (callback_id) => {
    const answer = await api.useShortcut(user, { callback_id, ...place });
    if (!answer.ok) notify(api.explain(answer), "problem");
  };
  const own = fitting.map(({ name, callback_id }) => ({ words: name, hint: "cosell", pick: () => use(callback_id) }));
  const items = [...own, ...more];
  const button = h(
    "button",
    {
      type: "button",
      class: `shortcuts shortcuts-${type}`,
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      title: label,
      "data-testid": testid,
      "data-focus": testid,
      onclick: () => openMenu(button, items),
    },
    sign,
  );
  return button;
}
