/** What Slack adds for an app that is an agent: prompts to begin with, and a way to stop what it works on. */

import * as api from "./api.js";
import { h } from "./dom.js";
import { notify } from "./notices.js";

/** The prompts at the top of the app's conversation; nothing without any. */
export function promptRow(user, channel, prompts) {
  if (channel.kind !== "dm" || !prompts?.length) return null;
  const send = async (text) => {
    const answer = await api.sendMessage(user, { channel: channel.id, text });
    if (!answer.ok) notify(api.explain(answer), "problem");
  };
  return h(
    "div",
    { class: "prompts", role: "group", "aria-label": "Suggested prompts" },
    prompts.map(({ title, message }) =>
      h("button", { type: "button", class: "button", onclick: () => send(message) }, title),
    ),
  );
}

/** That a message is worked on, and the button to stop that. */
export function workingLine({ session, channel, ts }, user) {
  if (session?.status !== "processing") return null;
  const stop = async () => {
    const answer = await api.stopSession(user, { channel, thread_ts: ts });
    if (!answer.ok) notify(api.explain(answer), "problem");
  };
  return h(
    "p",
    { class: "working" },
    "cosell is working on it… ",
    h("button", { type: "button", class: "button", "data-testid": `stop-${ts}`, onclick: stop }, "Stop"),
  );
}
