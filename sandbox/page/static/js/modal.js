/** The stack of modals an app has open for the viewer: the top one is shown, in one dialog. */

import * as api from "./api.js";
import { focusFirst, openDialog } from "./dialog.js";
import { coalesced, keepFocus } from "./dom.js";
import { forgetForm } from "./form.js";
import { drawModal, showProblems } from "./modalview.js";
import { plain } from "./mrkdwn.js";
import { surfaceOf } from "./surface.js";
import { problemsIn } from "./validate.js";

/** The modals of one person; `refresh()` shows what the server has now, `stop()` takes them away. */
export function modalStack(user) {
  let shown = null; // {dialog, close, view}
  let known = [];
  let stopped = false;

  const refresh = coalesced(async () => {
    const answer = await api.modals(user);
    if (!answer || stopped) return;
    const ids = answer.stack.map((view) => view.id);
    known.filter((id) => !ids.includes(id)).forEach((id) => forgetForm(keyOf(id)));
    known = ids;
    const top = answer.stack.at(-1);
    if (top) show(top, ids.length > 1);
    else hide();
  });

  function show(view, isPushed) {
    if (shown?.view.id === view.id && shown.view.hash === view.hash) return;
    const isNew = shown?.view.id !== view.id;
    const label = plain(view.title);
    shown ??= openDialog({ label, className: "modal", testid: "modal", onLeave: leave });
    shown.view = view;
    shown.dialog.setAttribute("aria-label", label);
    const container = { type: "view", view_id: view.id };
    const surface = surfaceOf({ key: keyOf(view.id), user, seen: view.state?.values, container });
    const gestures = { leave, submit: (root) => submit(root, view, surface.form) };
    keepFocus(shown.dialog, () => shown.dialog.replaceChildren(drawModal(view, surface, isPushed, gestures)));
    if (isNew) focusFirst(shown.dialog.querySelector(".modal-body"));
    if (!shown.dialog.contains(document.activeElement)) focusFirst(shown.dialog);
  }

  function hide() {
    shown?.close();
    shown = null;
  }

  async function submit(root, view, form) {
    if (root.getAttribute("aria-busy") === "true") return;
    if (showProblems(root, view, problemsIn(view.blocks, form))) return;
    root.setAttribute("aria-busy", "true");
    const answer = await api.submit(user, { view_id: view.id, values: form.values() });
    root.removeAttribute("aria-busy");
    if (answer.ok) await refresh();
    else if (!showProblems(root, view, answer.errors ?? {})) {
      const words = api.explain(answer, "We had some trouble connecting. Try again?");
      root.querySelector(".modal-problem").textContent = words;
    }
  }

  async function leave() {
    if (!shown) return;
    await api.close(user, { view_id: shown.view.id });
    await refresh();
  }

  function stop() {
    stopped = true;
    hide();
  }

  return { refresh, stop };
}

const keyOf = (id) => `view/${id}`;
