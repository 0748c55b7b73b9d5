/** Running a workflow whose step is the app's: a form of Slack's own asks for what the step needs. */

import * as api from "./api.js";
import { focusFirst, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { notify } from "./notices.js";

const PERSON = "slack#/types/user_id";

/** Menu items for a person's workflows; whoever runs one is whom its step is for. */
export function workflowItems(user, workflows) {
  return (workflows ?? []).map((workflow) => ({
    words: `Workflow: ${workflow.title}`,
    hint: "Workflow Builder",
    pick: () => fillIn(user, workflow),
  }));
}

function fillIn(user, { callback_id, title, inputs }) {
  const asked = inputs.filter(({ type }) => type !== PERSON);
  const fields = asked.map(({ name }) => [
    name,
    h("input", { type: "text", id: `workflow-${name}`, class: "control", required: true }),
  ]);
  const { dialog, close } = openDialog({
    label: title,
    className: "confirm",
    testid: "workflow",
    onLeave: () => close(),
  });
  const run = async (event) => {
    event.preventDefault();
    close();
    const people = inputs.filter(({ type }) => type === PERSON).map(({ name }) => [name, user]);
    const values = Object.fromEntries([...people, ...fields.map(([name, input]) => [name, input.value])]);
    const answer = await api.runWorkflow(user, { callback_id, inputs: values });
    if (!answer.ok) notify(api.explain(answer), "problem");
  };
  dialog.append(
    h(
      "form",
      { onsubmit: run },
      h("h2", { class: "dialog-title" }, title),
      asked.map(({ title: label }, n) =>
        h("div", { class: "input confirm-text" }, h("label", { for: fields[n][1].id }, label), fields[n][1]),
      ),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: () => close() }, "Cancel"),
        h("button", { type: "submit", class: "button button-primary", "data-testid": "workflow-run" }, "Run"),
      ),
    ),
  );
  focusFirst(dialog);
}
