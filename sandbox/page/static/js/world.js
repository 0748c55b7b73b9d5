/** The drawer that shows what lies behind the conversation: CRM deals, AWS opportunities, what is invented. */

import * as api from "./api.js";
import { momentOf, setWorldClock, timeOf } from "./clock.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { troubles } from "./troubles.js";

const EVERY_MS = 3000;

/** Takes the world's clock as the page's; a world without a summary leaves the page on its own. */
export async function readClock() {
  const summary = await api.world();
  if (summary?.clock) setWorldClock(summary.clock);
  return summary;
}

/** Opens the drawer; it keeps itself up to date until it is closed. */
export function openWorld() {
  const leave = () => {
    clearInterval(timer);
    close();
  };
  const { dialog, close } = openDialog({
    label: "The world",
    className: "drawer",
    testid: "world",
    light: true,
    onLeave: leave,
  });
  const seen = h("div", {}, h("p", { class: "quiet" }, "Looking…"));
  const body = h("div", { class: "drawer-body", tabindex: "0" }, troubles(), seen);
  const x = h("button", { type: "button", class: "modal-x", "aria-label": "Close", onclick: leave }, "×");
  let sign = "";
  const refresh = async () => {
    const summary = await readClock();
    const next = JSON.stringify([summary, summary && timeOf(Date.parse(summary.clock))]);
    if (next !== sign)
      seen.replaceChildren(
        ...(summary ? drawWorld(summary) : [h("p", { class: "quiet" }, "This world keeps no summary.")]),
      );
    sign = next;
  };
  const timer = setInterval(refresh, EVERY_MS);
  dialog.append(
    h("header", { class: "modal-head" }, h("h2", { class: "dialog-title" }, "The world"), x),
    body,
  );
  x.focus();
  refresh();
}

function drawWorld({ clock, crm, aws, generated }) {
  const recent = crm?.recent ?? [];
  const filed = aws?.opportunities ?? [];
  return [
    clock &&
      h(
        "p",
        { class: "drawer-clock" },
        "It is ",
        h("time", { datetime: clock }, momentOf(Date.parse(clock))),
        ".",
      ),
    h("h3", {}, "CRM deals"),
    h(
      "p",
      { class: "quiet" },
      `${number(crm?.deals)} deals, ${number(crm?.open)} of them open. Latest changes:`,
    ),
    recent.length > 0
      ? h("ul", { class: "cards" }, recent.map(drawDeal))
      : h("p", { class: "quiet" }, "None yet."),
    h("h3", {}, "AWS Partner Central opportunities"),
    filed.length > 0
      ? h("ul", { class: "cards" }, filed.map(drawFiled))
      : h("p", { class: "quiet" }, "None filed yet."),
    generated?.length > 0 && h("h3", {}, "What is real here"),
    generated?.length > 0 &&
      h(
        "ul",
        { class: "sentences" },
        generated.map((sentence) => h("li", { dir: "auto" }, sentence)),
      ),
  ].filter(Boolean);
}

function drawDeal(deal) {
  const at = Date.parse(deal.changed_at);
  const amount = deal.amount === null || deal.amount === undefined ? "" : `$${number(deal.amount)}`;
  return h(
    "li",
    { class: "card", "data-testid": `deal-${deal.id}` },
    h("strong", { dir: "auto" }, deal.name),
    h("span", { class: "card-line", dir: "auto" }, [deal.account, amount].filter(Boolean).join(" · ")),
    h(
      "span",
      { class: "card-line" },
      h("span", { class: "badge" }, deal.stage),
      Number.isNaN(at) ? "" : h("time", { datetime: deal.changed_at, title: momentOf(at) }, timeOf(at, true)),
    ),
  );
}

function drawFiled(opportunity) {
  return h(
    "li",
    { class: "card", "data-testid": `aws-${opportunity.id}` },
    h("strong", { dir: "auto" }, opportunity.title),
    h(
      "span",
      { class: "card-line" },
      [opportunity.id, opportunity.crm_id && `CRM ${opportunity.crm_id}`].filter(Boolean).join(" · "),
    ),
    h(
      "span",
      { class: "card-line" },
      h("span", { class: "badge badge-shared" }, opportunity.review_status),
      opportunity.stage && h("span", { class: "badge" }, opportunity.stage),
    ),
  );
}

const number = (amount) => (Number.isFinite(Number(amount)) ? Number(amount).toLocaleString("en-US") : "—");
