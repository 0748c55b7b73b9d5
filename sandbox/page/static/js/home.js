/** The app's Home tab. */

import * as api from "./api.js";
import { drawBlocks } from "./blocks.js";
import { coalesced, h, keepFocus } from "./dom.js";
import { surfaceOf } from "./surface.js";

/** Shows the viewer's Home tab in `root`; the pane answers `refresh()` and `stop()`. */
export function homePane(root, { user }) {
  const body = h(
    "div",
    { class: "home-body", "data-testid": "home-tab" },
    h("p", { class: "quiet" }, "Opening Home…"),
  );
  let sign = null;
  let stopped = false;
  root.replaceChildren(
    h(
      "header",
      { class: "pane-head" },
      h("h1", {}, "cosell"),
      h("span", { class: "badge" }, "App"),
      h("span", { class: "pane-topic" }, "Home"),
    ),
    h("div", { class: "home-scroll", tabindex: "0", role: "region", "aria-label": "Home" }, body),
  );
  document.title = "cosell Home · cosell sandbox";

  const refresh = coalesced(async () => {
    const answer = await api.home(user);
    const next = JSON.stringify(answer?.view);
    if (!answer || stopped || next === sign) return;
    sign = next;
    keepFocus(body, () => body.replaceChildren(...draw(answer.view)));
  });

  function draw(view) {
    if (!view) return [h("p", { class: "quiet" }, "cosell has not published a Home tab for you yet.")];
    const container = { type: "view", view_id: view.id };
    return drawBlocks(
      view.blocks,
      surfaceOf({ key: `view/${view.id}`, user, seen: view.state?.values, container }),
    );
  }

  api.openHome(user).then(refresh);
  return {
    refresh,
    stop() {
      stopped = true;
    },
    showThread() {},
  };
}
