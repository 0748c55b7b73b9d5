/** A place blocks are drawn on: its form, and the way from a control to the app. */

import * as api from "./api.js";
import { freshForm } from "./form.js";
import { notify } from "./notices.js";

/**
 * The surface of a message or view. `key` is unique on the page; `container` is what the app is told;
 * `seen` is the state the server already knows.
 */
export function surfaceOf({ key, container, user, seen }) {
  const form = freshForm(key, seen);
  return { key, form, act: (fields) => act(user, container, form, fields) };
}

async function act(user, container, form, fields) {
  const state = form.isEmpty() ? undefined : form.values();
  const answer = await api.act(user, { container, ...fields, state });
  if (!answer.ok) notify(api.explain(answer, "cosell did not answer."), "problem");
}
