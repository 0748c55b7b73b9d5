/** One modal as nodes: its head, its blocks, its buttons and what is wrong with it. */

import { drawBlocks, showProblem } from "./blocks.js";
import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";

/** The contents of a modal's dialog. `gestures` is {leave(), submit(root)}. */
export function drawModal(view, surface, isPushed, { leave, submit }) {
  const submitted = (event) => {
    event.preventDefault();
    submit(event.currentTarget);
  };
  return h(
    "form",
    { class: "modal-form", novalidate: true, onsubmit: submitted },
    drawHead(view, isPushed, leave),
    h("div", { class: "modal-body", tabindex: "-1" }, drawBlocks(view.blocks, surface)),
    drawFoot(view, leave),
  );
}

function drawHead(view, isPushed, leave) {
  const x = { type: "button", class: "modal-x", onclick: leave };
  return h(
    "header",
    { class: "modal-head" },
    isPushed && h("button", { ...x, "aria-label": "Back", "data-testid": "modal-back" }, "‹"),
    h("h2", { class: "dialog-title", dir: "auto" }, plain(view.title)),
    h("button", { ...x, "aria-label": "Close", "data-testid": "modal-x" }, "×"),
  );
}

function drawFoot(view, leave) {
  const named = (name) => ({ "data-testid": name, "data-focus": name });
  const close = { ...named("modal-close"), type: "button", class: "button", onclick: leave };
  const submit = { ...named("modal-submit"), type: "submit", class: "button button-primary" };
  return h(
    "footer",
    { class: "dialog-buttons" },
    h("p", { class: "modal-problem", role: "alert", "data-testid": "modal-problem" }),
    h("button", close, plain(view.close) || "Cancel"),
    isSubmittable(view) && h("button", submit, plain(view.submit) || "Submit"),
  );
}

const isSubmittable = (view) => Boolean(view.submit) || view.blocks.some((block) => block.type === "input");

/** Shows each block's problem and goes to the first; true when there is one. */
export function showProblems(root, view, problems) {
  root.querySelector(".modal-problem").textContent = "";
  let first = null;
  for (const { block_id: id } of view.blocks) {
    const control = showProblem(root, id, problems[id]);
    if (problems[id]) first ??= control;
  }
  const field = first?.matches("input, select, textarea") ? first : first?.querySelector("input");
  field?.focus();
  return Boolean(first);
}
