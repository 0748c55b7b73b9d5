/** Work Objects: the thing under a link, and the details of it that the viewer alone is shown in a dialog. */

import * as api from "./api.js";
import { focusFirst, openDialog } from "./dialog.js";
import { coalesced, h } from "./dom.js";
import { notify } from "./notices.js";

/** What everybody reads under a link; its title asks the app for the viewer's own details. */
export function drawEntity(entity, { user, place }) {
  const open = async () => {
    const answer = await api.openDetails(user, place);
    if (!answer.ok) notify(api.explain(answer), "problem");
  };
  const { title, display_type: kind, product_name: product } = entity.entity_payload.attributes;
  const id = `details-${place.message_ts}-${place.attachment_id}`;
  return h(
    "div",
    { class: "entity" },
    h(
      "button",
      {
        type: "button",
        class: "entity-title",
        "data-testid": id,
        "data-focus": id,
        "aria-haspopup": "dialog",
        onclick: open,
      },
      title.text,
    ),
    h("p", { class: "entity-kind" }, [kind, product].filter(Boolean).join(" in ")),
    drawEntries(entity),
  );
}

/** The details one person has open, in a dialog of their own; `refresh()` shows what the server has now. */
export function detailsPane(user) {
  let shown = null;
  let stopped = false;

  const refresh = coalesced(async () => {
    const answer = await api.details(user);
    if (!answer || stopped) return;
    if (!answer.details) return hide();
    shown ??= openDialog({ label: "Details", className: "modal", testid: "details", onLeave: leave });
    shown.dialog.replaceChildren(drawDetails(answer.details));
    focusFirst(shown.dialog);
  });

  function drawDetails({ entity, error }) {
    const title = entity?.entity_payload.attributes.title.text ?? error?.custom_title ?? "Details";
    const waits = !entity && !error;
    const x = { type: "button", class: "modal-x", "aria-label": "Close", onclick: leave };
    return h(
      "div",
      { class: "modal-form" },
      h(
        "header",
        { class: "modal-head" },
        h("h2", { class: "dialog-title", dir: "auto" }, title),
        h("button", { ...x, "data-testid": "details-close" }, "×"),
      ),
      h(
        "div",
        { class: "modal-body", tabindex: "-1" },
        waits && h("p", { role: "status" }, "Asking cosell…"),
        error && h("p", { role: "alert", dir: "auto" }, error.custom_message ?? error.status),
        entity && drawEntries(entity),
      ),
    );
  }

  function hide() {
    shown?.close();
    shown = null;
  }

  async function leave() {
    await api.closeDetails(user);
    await refresh();
  }

  function stop() {
    stopped = true;
    hide();
  }

  return { refresh, stop };
}

function drawEntries({ entity_payload: { custom_fields: fields } }) {
  if (!fields?.length) return null;
  return h(
    "dl",
    { class: "entity-fields" },
    fields.map(({ label, value, long }) =>
      h(
        "div",
        { class: long ? "entity-long" : "" },
        h("dt", {}, label),
        h("dd", { dir: "auto" }, String(value)),
      ),
    ),
  );
}
