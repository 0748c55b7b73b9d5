/** The pane with one message and its replies. */

import { composer } from "./composer.js";
import { h, keepFocus, reconcile } from "./dom.js";
import { messageRows } from "./messages.js";
import { go } from "./place.js";

/** The thread beside one channel: `show(ts, messages)` opens it ("" closes), `draw(messages)` updates it. */
export function threadPane({ user, team, where, shortcuts }) {
  const pane = document.getElementById("thread");
  const root = h("div", { class: "messages" });
  const replies = h("div", { class: "messages" });
  const scroller = h(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": "Replies" },
    root,
    replies,
  );
  const close = () => go({ user, where });
  let shown = "";

  function show(ts, messages) {
    if (ts === shown) return;
    shown = ts;
    pane.hidden = !ts;
    if (!ts) return pane.replaceChildren();
    root.replaceChildren();
    replies.replaceChildren();
    const write = composer({
      user,
      channel: where,
      thread: ts,
      commands: [],
      label: "Reply…",
      testid: "thread-composer",
    });
    pane.replaceChildren(
      h(
        "header",
        { class: "pane-head" },
        h("h2", {}, "Thread"),
        h(
          "button",
          {
            type: "button",
            class: "modal-x",
            "aria-label": "Close thread",
            "data-testid": "thread-close",
            onclick: close,
          },
          "×",
        ),
      ),
      scroller,
      write,
    );
    if (messages) draw(messages);
    write.querySelector("textarea").focus({ preventScroll: true });
    return undefined;
  }

  function draw(messages) {
    const parent = shown && messages.find((message) => message.ts === shown);
    if (!parent) return;
    const look = { user, team, where, inThread: true, shortcuts };
    const stick = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
    keepFocus(root, () =>
      reconcile(root, messageRows([parent], { ...look, prefix: "root/", testid: "thread-root" })),
    );
    keepFocus(replies, () => reconcile(replies, replyRows(parent, look)));
    if (stick) scroller.scrollTop = scroller.scrollHeight;
  }

  return { show, draw, shows: () => shown };
}

function replyRows(parent, look) {
  const count = parent.replies?.length ?? 0;
  if (!count) return [];
  const words = `${count} ${count === 1 ? "reply" : "replies"}`;
  const line = {
    key: "count",
    sign: words,
    make: () => h("div", { class: "day day-left" }, h("span", {}, words)),
  };
  return [line, ...messageRows(parent.replies, { ...look, prefix: "reply/" })];
}
